-- Changes that a person must settle. Lists and groups find the rows in an index alone, so that an inbox of a hundred
-- thousand stays quick; only the rows of the page are read whole.

-- name: open_conflict
-- in: entity text, external_id text, source text, seq int, kind text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text
insert into conflict_log (entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
                          canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates,
                          opened_at_ms, updated_at_ms, revised_by)
values (:entity, :external_id, :source, :seq, :kind, 'open', :incoming, :incoming_provenance, :canonical,
        :canonical_provenance, :tombstone, :version, :row_version, :base, :base_version, :fields, :candidates,
        :opened_at_ms, :updated_at_ms, :revised_by)

-- name: revise_conflict
-- in: incoming text, incoming_provenance text, fields text, updated_at_ms int, revised_by text, source text, seq int
update conflict_log
   set incoming = :incoming, incoming_provenance = :incoming_provenance, fields = :fields,
       updated_at_ms = :updated_at_ms, revised_by = :revised_by
 where source = :source and seq = :seq

-- name: close_conflict
-- in: state text, closed_at_ms int, closed_by text, outcome text, decided text, source text, seq int
update conflict_log
   set state = :state, closed_at_ms = :closed_at_ms, closed_by = :closed_by, outcome = :outcome, decided = :decided
 where source = :source and seq = :seq

-- name: put_conflict_field
-- in: entity text, external_id text, source text, field text, seq int, kind text, opened_at_ms int
insert into conflict_fields (entity, external_id, source, field, seq, kind, opened_at_ms)
values (:entity, :external_id, :source, :field, :seq, :kind, :opened_at_ms)

-- name: remove_conflict_fields
-- in: entity text, external_id text, source text
delete from conflict_fields where entity = :entity and external_id = :external_id and source = :source

-- name: load_conflict
-- in: source text, seq int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text, closed_at_ms int, closed_by text, outcome text, decided text
select entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
       canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates, opened_at_ms,
       updated_at_ms, revised_by, closed_at_ms, closed_by, outcome, decided
  from conflict_log
 where source = :source and seq = :seq

-- name: open_conflicts_of
-- in: entity text, external_id text
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text, closed_at_ms int, closed_by text, outcome text, decided text
select entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
       canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates, opened_at_ms,
       updated_at_ms, revised_by, closed_at_ms, closed_by, outcome, decided
  from conflict_log
 where entity = :entity and external_id = :external_id and state = 'open'
 order by source

-- name: count_open_conflicts
-- out: conflicts int
select count(*) from conflict_log where state = 'open'

-- name: list_open_conflicts
-- in: after_ms int, after_source text, after_seq int, since_ms int, kind text, entity text, source text, text text, page_rows int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text, closed_at_ms int, closed_by text, outcome text, decided text
select entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
       canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates, opened_at_ms,
       updated_at_ms, revised_by, closed_at_ms, closed_by, outcome, decided
  from conflict_log
 where (entity, external_id, source, seq) in (
   select entity, external_id, source, seq
     from conflict_log
    where state = 'open'
      and (opened_at_ms, source, seq) > (:after_ms, :after_source, :after_seq) and opened_at_ms >= :since_ms
      and (:kind = '' or kind = :kind) and (:entity = '' or entity = :entity) and (:source = '' or source = :source)
      and (:text = '' or instr(lower(external_id), lower(:text)) > 0)
    order by opened_at_ms, source, seq
    limit :page_rows)
 order by opened_at_ms, source, seq

-- name: list_open_conflicts_of_field
-- in: field text, after_ms int, after_source text, after_seq int, since_ms int, kind text, entity text, source text, text text, page_rows int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text, closed_at_ms int, closed_by text, outcome text, decided text
select entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
       canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates, opened_at_ms,
       updated_at_ms, revised_by, closed_at_ms, closed_by, outcome, decided
  from conflict_log
 where (entity, external_id, source, seq) in (
   select entity, external_id, source, seq
     from conflict_fields
    where field = :field
      and (opened_at_ms, source, seq) > (:after_ms, :after_source, :after_seq) and opened_at_ms >= :since_ms
      and (:kind = '' or kind = :kind) and (:entity = '' or entity = :entity) and (:source = '' or source = :source)
      and (:text = '' or instr(lower(external_id), lower(:text)) > 0)
    order by opened_at_ms, source, seq
    limit :page_rows)
 order by opened_at_ms, source, seq

-- name: group_open_conflicts
-- in: by text, since_ms int, kind text, entity text, source text, text text
-- out: entity text, name text, conflicts int, oldest_at_ms int
select '', case :by when 'source' then source when 'kind' then kind else entity end as name, count(*), min(opened_at_ms)
  from conflict_log
 where state = 'open' and opened_at_ms >= :since_ms
   and (:kind = '' or kind = :kind) and (:entity = '' or entity = :entity) and (:source = '' or source = :source)
   and (:text = '' or instr(lower(external_id), lower(:text)) > 0)
 group by name
 order by 3 desc, 2

-- name: group_open_conflicts_of_field
-- in: by text, field text, since_ms int, kind text, entity text, source text, text text
-- out: entity text, name text, conflicts int, oldest_at_ms int
select '', case :by when 'source' then source when 'kind' then kind else entity end as name, count(*), min(opened_at_ms)
  from conflict_fields
 where field = :field and opened_at_ms >= :since_ms
   and (:kind = '' or kind = :kind) and (:entity = '' or entity = :entity) and (:source = '' or source = :source)
   and (:text = '' or instr(lower(external_id), lower(:text)) > 0)
 group by name
 order by 3 desc, 2

-- A conflict about several fields counts for each of them.
-- name: group_open_conflicts_by_field
-- in: field text, since_ms int, kind text, entity text, source text, text text
-- out: entity text, name text, conflicts int, oldest_at_ms int
select entity, field, count(*), min(opened_at_ms)
  from conflict_fields
 where (:field = '' or field = :field) and opened_at_ms >= :since_ms
   and (:kind = '' or kind = :kind) and (:entity = '' or entity = :entity) and (:source = '' or source = :source)
   and (:text = '' or instr(lower(external_id), lower(:text)) > 0)
 group by entity, field
 order by 3 desc, 1, 2

-- The conflicts of an entity about fields, newest first.
-- name: past_field_conflicts
-- in: entity text, before_ms int, before_source text, before_seq int, page_rows int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text, closed_at_ms int, closed_by text, outcome text, decided text
select entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
       canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates, opened_at_ms,
       updated_at_ms, revised_by, closed_at_ms, closed_by, outcome, decided
  from conflict_log
 where entity = :entity and kind = 'field'
   and (opened_at_ms, source, seq) < (:before_ms, :before_source, :before_seq)
 order by opened_at_ms desc, source desc, seq desc
 limit :page_rows
