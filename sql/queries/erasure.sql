-- What is done to a record whose values a person has erased.

-- name: aliases_of
-- in: entity text, external_id text
-- out: external_id text
select external_id from canonical_records where entity = :entity and merged_into = :external_id

-- An id that is empty or begins with @ stands for a row of which nobody knew yet which record it is.
-- name: changes_about
-- in: source text, seq int, last_seq int, entity text, external_id text, native_id text
-- out: seq int
select seq
  from source_records
 where source = :source and seq > :seq and seq <= :last_seq and entity = :entity
   and (external_id = :external_id
        or (native_id = :native_id and (external_id = '' or substr(external_id, 1, 1) = '@')))
 order by seq

-- name: blank_change
-- in: body text, decision text, source text, seq int
update source_records set body = :body, decision = :decision where source = :source and seq = :seq

-- name: blank_conflict
-- in: source text, seq int
update conflict_log
   set incoming = '{}', incoming_provenance = '{}', canonical = '{}', canonical_provenance = '{}', base = '{}',
       decided = null
 where source = :source and seq = :seq

-- name: blank_finished
-- in: entity text, external_id text
update delivery_log set message = null where entity = :entity and external_id = :external_id
