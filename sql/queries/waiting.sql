-- Parked changes and dead letters.

-- name: park_change
-- in: entity text, external_id text, source text, seq int, missing text, missing_entity text, missing_external_id text, attempts int, due_at_ms int, parked_at_ms int, native_id text
insert into waiting_changes (entity, external_id, source, seq, missing, missing_entity, missing_external_id, attempts,
                             due_at_ms, parked_at_ms, native_id)
values (:entity, :external_id, :source, :seq, :missing, :missing_entity, :missing_external_id, :attempts, :due_at_ms,
        :parked_at_ms, :native_id)
    on conflict (entity, external_id, source, seq)
    do update set missing = excluded.missing, missing_entity = excluded.missing_entity,
                  missing_external_id = excluded.missing_external_id, attempts = excluded.attempts,
                  due_at_ms = excluded.due_at_ms

-- name: unpark_change
-- in: entity text, external_id text, source text, seq int
delete from waiting_changes
 where entity = :entity and external_id = :external_id and source = :source and seq = :seq

-- name: wait_for_another
-- in: missing text, to_entity text, to_external_id text, missing_entity text, missing_external_id text
update waiting_changes
   set missing = :missing, missing_entity = :to_entity, missing_external_id = :to_external_id
 where missing_entity = :missing_entity and missing_external_id = :missing_external_id

-- The name of a row that is in doubt (@source:row) is no record's.
-- name: parked_as
-- in: source text, entity text, native_id text, row text
-- out: external_id text
select external_id
  from waiting_changes
 where source = :source and entity = :entity and native_id = :native_id and external_id <> :row
 order by seq
 limit 1

-- name: name_parked
-- in: external_id text, now_ms int, entity text, row text
update waiting_changes
   set external_id = :external_id, due_at_ms = :now_ms
 where entity = :entity and external_id = :row

-- name: hurry_waiting
-- in: now_ms int, missing_entity text, missing_external_id text
update waiting_changes
   set due_at_ms = :now_ms
 where missing_entity = :missing_entity and missing_external_id = :missing_external_id

-- name: count_waiting
-- out: parked int
select count(*) from waiting_changes

-- name: waiting_of
-- in: entity text, external_id text
-- out: entity text, external_id text, source text, seq int, missing text, missing_entity text, missing_external_id text, attempts int, due_at_ms int, parked_at_ms int
select entity, external_id, source, seq, missing, missing_entity, missing_external_id, attempts, due_at_ms,
       parked_at_ms
  from waiting_changes
 where entity = :entity and external_id = :external_id
 order by source, seq

-- name: waiting_for
-- in: missing_entity text, missing_external_id text, page_rows int
-- out: entity text, external_id text, source text, seq int, missing text, missing_entity text, missing_external_id text, attempts int, due_at_ms int, parked_at_ms int
select entity, external_id, source, seq, missing, missing_entity, missing_external_id, attempts, due_at_ms,
       parked_at_ms
  from waiting_changes
 where missing_entity = :missing_entity and missing_external_id = :missing_external_id
 order by parked_at_ms, source, seq
 limit :page_rows

-- name: count_waiting_for
-- in: missing_entity text, missing_external_id text
-- out: parked int
select count(*)
  from waiting_changes
 where missing_entity = :missing_entity and missing_external_id = :missing_external_id

-- name: due_waiting
-- in: now_ms int, page_rows int
-- out: entity text, external_id text, source text, seq int, missing text, missing_entity text, missing_external_id text, attempts int, due_at_ms int, parked_at_ms int
select entity, external_id, source, seq, missing, missing_entity, missing_external_id, attempts, due_at_ms,
       parked_at_ms
  from waiting_changes
 where due_at_ms <= :now_ms
 order by due_at_ms, entity, external_id, source, seq
 limit :page_rows

-- name: list_waiting
-- in: entity text, external_id text, source text, seq int, page_rows int
-- out: entity text, external_id text, source text, seq int, missing text, missing_entity text, missing_external_id text, attempts int, due_at_ms int, parked_at_ms int
select entity, external_id, source, seq, missing, missing_entity, missing_external_id, attempts, due_at_ms,
       parked_at_ms
  from waiting_changes
 where (entity, external_id, source, seq) > (:entity, :external_id, :source, :seq)
 order by entity, external_id, source, seq
 limit :page_rows

-- name: put_dead_letter
-- in: source text, id text, kind text, entity text, external_id text, version int, row_version int, payload text, reason text, attempts int, dead_at_ms int, in_doubt int
insert into dead_letters (source, id, kind, entity, external_id, version, row_version, payload, reason, attempts,
                          dead_at_ms, in_doubt)
values (:source, :id, :kind, :entity, :external_id, :version, :row_version, :payload, :reason, :attempts, :dead_at_ms,
        :in_doubt)
    on conflict (source, id)
    do update set version = excluded.version, row_version = excluded.row_version, payload = excluded.payload,
                  reason = excluded.reason, attempts = excluded.attempts, dead_at_ms = excluded.dead_at_ms,
                  in_doubt = excluded.in_doubt

-- name: remove_dead_letter
-- in: source text, id text
delete from dead_letters where source = :source and id = :id

-- name: load_dead_letter
-- in: source text, id text
-- out: source text, id text, kind text, entity text, external_id text, version int, row_version int, payload text, reason text, attempts int, dead_at_ms int, in_doubt int
select source, id, kind, entity, external_id, version, row_version, payload, reason, attempts, dead_at_ms, in_doubt
  from dead_letters
 where source = :source and id = :id

-- name: letter_in_doubt
-- in: source text, entity text, external_id text
-- out: source text, id text, kind text, entity text, external_id text, version int, row_version int, payload text, reason text, attempts int, dead_at_ms int, in_doubt int
select source, id, kind, entity, external_id, version, row_version, payload, reason, attempts, dead_at_ms, in_doubt
  from dead_letters
 where source = :source and entity = :entity and external_id = :external_id and in_doubt = 1
 limit 1

-- name: end_doubt
-- in: source text, entity text, external_id text
update dead_letters
   set in_doubt = 0
 where source = :source and entity = :entity and external_id = :external_id and in_doubt = 1

-- name: count_dead_letters
-- out: letters int
select count(*) from dead_letters

-- name: list_dead_letters
-- in: only_source text, source text, id text, page_rows int
-- out: source text, id text, kind text, entity text, external_id text, version int, row_version int, payload text, reason text, attempts int, dead_at_ms int, in_doubt int
select source, id, kind, entity, external_id, version, row_version, payload, reason, attempts, dead_at_ms, in_doubt
  from dead_letters
 where (:only_source = '' or source = :only_source) and (source, id) > (:source, :id)
 order by source, id
 limit :page_rows
