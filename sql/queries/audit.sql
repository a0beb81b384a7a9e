-- The conservation laws: each query must give no row. A row names the subject, what it should be and what it is.

-- Every acknowledged change ends in exactly one state.
-- name: audit_acknowledged_is_sum_of_states
-- out: subject text, expected int, found int
with summed as (
  select source,
         sum(case when name = 'acknowledged' then value else 0 end) as expected,
         sum(case when name in ('applied', 'superseded', 'no_change', 'conflict', 'waiting', 'dead') then value
                  else 0 end) as found
    from counters
   group by source
)
select source, expected, found from summed where expected <> found

-- The counters say what the journal holds or held; a repeat of an idempotency key is counted and has no row.
-- name: audit_states_match_journal
-- out: subject text, expected int, found int
with held as (
  select source, state as name, count(*) as value from source_records group by source, state
  union all
  select source, 'no_change', value from counters where name = 'duplicates'
  union all
  select source, substr(name, 8), value from counters where substr(name, 1, 7) = 'purged_'
), summed as (
  select source, name, sum(value) as value from held group by source, name
)
select coalesce(c.source, s.source) || ' ' || coalesce(c.name, s.name), coalesce(s.value, 0), coalesce(c.value, 0)
  from summed s full outer join counters c on c.source = s.source and c.name = s.name
 where coalesce(c.name, s.name) in ('applied', 'superseded', 'no_change', 'conflict', 'waiting', 'dead')
   and coalesce(s.value, 0) <> coalesce(c.value, 0)

-- The journal of a source has no row too few or too many, beside those that were purged, and its newest row is there.
-- name: audit_journal_is_whole
-- out: subject text, expected int, found int
with counted as (
  select source, max(case when name = 'journal_rows' then value else 0 end) as value,
         sum(case when name = 'journal_rows' then 0 else value end) as purged
    from counters
   where name = 'journal_rows' or substr(name, 1, 7) = 'purged_'
   group by source
), held as (
  select source, count(*) as value, max(seq) as last_seq from source_records group by source
)
select coalesce(c.source, h.source), coalesce(c.value, 0) - coalesce(c.purged, 0), coalesce(h.value, 0)
  from counted c full outer join held h on h.source = c.source
 where coalesce(h.value, 0) <> coalesce(c.value, 0) - coalesce(c.purged, 0)
    or coalesce(h.last_seq, 0) <> coalesce(c.value, 0)

-- From the newest purged row on it has no gap.
-- name: audit_journal_without_gap
-- out: subject text, expected int, found int
with purged as (
  select source, value from counters where name = 'last_purged'
), counted as (
  select c.source, c.value - coalesce(p.value, 0) as value
    from counters c left join purged p on p.source = c.source
   where c.name = 'journal_rows'
), held as (
  select r.source, count(*) as value
    from source_records r left join purged p on p.source = r.source
   where r.seq > coalesce(p.value, 0)
   group by r.source
)
select c.source, c.value, coalesce(h.value, 0)
  from counted c left join held h on h.source = c.source
 where c.value <> coalesce(h.value, 0)

-- What waits is parked, and what is parked waits.
-- name: audit_waiting_is_parked
-- out: subject text, expected int, found int
select coalesce(r.source || ':' || r.seq, w.source || ':' || w.seq), case when r.seq is null then 0 else 1 end,
       case when w.seq is null then 0 else 1 end
  from (select source, seq from source_records where state = 'waiting') r
       full outer join waiting_changes w on w.source = r.source and w.seq = r.seq
 where r.seq is null or w.seq is null

-- A conflict has its log entry.
-- name: audit_conflict_is_logged
-- out: subject text, expected int, found int
select coalesce(r.source || ':' || r.seq, c.source || ':' || c.seq), case when r.seq is null then 0 else 1 end,
       case when c.seq is null then 0 else 1 end
  from (select source, seq from source_records where state = 'conflict') r
       full outer join conflict_log c on c.source = r.source and c.seq = r.seq
 where r.seq is null or c.seq is null

-- What is open is in the inbox, and nothing else is.
-- name: audit_open_conflict_is_in_the_inbox
-- out: subject text, expected int, found int
select coalesce(c.source || ':' || c.seq, f.source || ':' || f.seq), case when c.seq is null then 0 else 1 end,
       case when f.seq is null then 0 else 1 end
  from (select source, seq from conflict_log where state = 'open') c
       full outer join (select distinct source, seq from conflict_fields) f on f.source = c.source and f.seq = c.seq
 where c.seq is null or f.seq is null

-- Deliveries created end applied, merged, unneeded, dead or discarded, or are under way.
-- name: audit_deliveries_are_conserved
-- out: subject text, expected int, found int
with ends as (
  select source, case when name = 'deliveries_created' then value else 0 end as created,
         case when name in ('deliveries_applied', 'deliveries_merged', 'deliveries_unneeded', 'deliveries_dead',
                            'deliveries_discarded') then value else 0 end as ended
    from counters
  union all
  select target, 0, 1 + merged from outbound_changes
), summed as (
  select source, sum(created) as expected, sum(ended) as found from ends group by source
)
select source, expected, found from summed where expected <> found

-- name: audit_dead_deliveries_are_kept
-- out: subject text, expected int, found int
select coalesce(c.source, d.source), coalesce(c.value, 0), coalesce(d.value, 0)
  from (select source, value from counters where name = 'deliveries_dead') c
       full outer join (select source, count(*) as value from dead_letters where kind = 'delivery' group by source) d
         on d.source = c.source
 where coalesce(c.value, 0) <> coalesce(d.value, 0)

-- A dead change has its dead letter, unless a person has discarded it.
-- name: audit_dead_changes_are_kept
-- out: subject text, expected int, found int
with kept as (
  select source, count(*) as value from dead_letters where kind = 'change' group by source
  union all
  select source, value from counters where name = 'changes_discarded'
), summed as (
  select source, sum(value) as value from kept group by source
), dead_rows as (
  select source, count(*) as value from source_records where state = 'dead' group by source
  union all
  select source, value from counters where name = 'purged_dead'
), dead as (
  select source, sum(value) as value from dead_rows group by source
)
select coalesce(d.source, s.source), coalesce(d.value, 0), coalesce(s.value, 0)
  from dead d full outer join summed s on s.source = d.source
 where coalesce(d.value, 0) <> coalesce(s.value, 0)

-- A canonical record's newest journal row is there.
-- name: audit_record_has_its_journal
-- out: subject text, expected int, found int
select c.entity || ' ' || c.external_id, c.head_seq, 0
  from canonical_records c
 where not exists (select 1 from source_records r where r.source = c.head_source and r.seq = c.head_seq)

-- Where a past was cut, there is the record whose it is.
-- name: audit_base_has_its_record
-- out: subject text, expected int, found int
select b.entity || ' ' || b.external_id, 1, 0
  from record_bases b
 where not exists (select 1 from canonical_records c where c.entity = b.entity and c.external_id = b.external_id)
