-- Changes that a person must settle.

-- name: open_conflict
-- in: entity text, external_id text, source text, seq int, kind text, incoming text, canonical text, row_version int, fields text, candidates text, opened_at_ms int
insert into conflict_log (entity, external_id, source, seq, kind, state, incoming, canonical, row_version, fields,
                          candidates, opened_at_ms)
values (:entity, :external_id, :source, :seq, :kind, 'open', :incoming, :canonical, :row_version, :fields,
        :candidates, :opened_at_ms)

-- name: close_conflict
-- in: state text, closed_at_ms int, closed_by text, outcome text, source text, seq int
update conflict_log
   set state = :state, closed_at_ms = :closed_at_ms, closed_by = :closed_by, outcome = :outcome
 where source = :source and seq = :seq and state = 'open'

-- name: load_conflict
-- in: source text, seq int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, canonical text, row_version int, fields text, candidates text, opened_at_ms int, closed_at_ms int, closed_by text, outcome text
select entity, external_id, source, seq, kind, state, incoming, canonical, row_version, fields, candidates,
       opened_at_ms, closed_at_ms, closed_by, outcome
  from conflict_log
 where source = :source and seq = :seq

-- name: open_conflicts_of
-- in: entity text, external_id text, source text
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, canonical text, row_version int, fields text, candidates text, opened_at_ms int, closed_at_ms int, closed_by text, outcome text
select entity, external_id, source, seq, kind, state, incoming, canonical, row_version, fields, candidates,
       opened_at_ms, closed_at_ms, closed_by, outcome
  from conflict_log
 where entity = :entity and external_id = :external_id and source = :source and state = 'open'
 order by seq

-- name: any_open_conflict
-- out: found int
select exists (select 1 from conflict_log where state = 'open')

-- name: count_open_conflicts
-- out: conflicts int
select count(*) from conflict_log where state = 'open'

-- name: list_conflicts
-- in: state text, source text, seq int, page_rows int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, canonical text, row_version int, fields text, candidates text, opened_at_ms int, closed_at_ms int, closed_by text, outcome text
select entity, external_id, source, seq, kind, state, incoming, canonical, row_version, fields, candidates,
       opened_at_ms, closed_at_ms, closed_by, outcome
  from conflict_log
 where (:state = '' or state = :state) and (source, seq) > (:source, :seq)
 order by source, seq
 limit :page_rows
