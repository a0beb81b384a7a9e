-- What is purged because of its age, in pages of the tables' keys.

-- name: journal_page_end
-- in: source text, seq int, page_rows int
-- out: seq int
select max(seq)
  from (select seq from source_records where source = :source and seq > :seq order by seq limit :page_rows) page

-- A change is old by its age, or because the journal of its source has grown past it.
-- name: old_changes
-- in: source text, seq int, last_seq int, before_ms int, most_seq int, guard_ms int
-- out: source text, seq int, entity text, external_id text, state text, chained int, run int
select source, seq, entity, external_id, state, chained, run
  from settled_changes
 where source = :source and seq > :seq and seq <= :last_seq
   and (settled_at_ms < :before_ms or (seq <= :most_seq and settled_at_ms < :guard_ms))
 order by seq

-- name: purge_change
-- in: source text, seq int, state text
delete from source_records
 where source = :source and seq = :seq and state = :state
   and exists (select 1 from settled_changes s where s.source = source_records.source and s.seq = source_records.seq)

-- name: count_off_run
-- in: source text, run int
update sync_runs set kept = kept - 1 where source = :source and run = :run

-- name: purge_run
-- in: source text, run int
delete from sync_runs where source = :source and run = :run and kept = 0

-- name: purge_conflict
-- in: source text, seq int
delete from conflict_log where source = :source and seq = :seq and state <> 'open'

-- name: finished_page_end
-- in: entity text, external_id text, target text, delivery_id text, skipped_rows int
-- out: entity text, external_id text, target text, delivery_id text
select entity, external_id, target, delivery_id
  from delivery_log
 where (entity, external_id, target, delivery_id) > (:entity, :external_id, :target, :delivery_id)
 order by entity, external_id, target, delivery_id
 limit 1 offset :skipped_rows

-- name: last_finished
-- out: entity text, external_id text, target text, delivery_id text
select entity, external_id, target, delivery_id
  from delivery_log
 order by entity desc, external_id desc, target desc, delivery_id desc
 limit 1

-- name: count_old_finished
-- in: entity text, external_id text, target text, delivery_id text, last_entity text, last_external_id text, last_target text, last_delivery_id text, before_ms int
-- out: target text, deliveries int
select target, count(*)
  from delivery_log l
 where (entity, external_id, target, delivery_id) > (:entity, :external_id, :target, :delivery_id)
   and (entity, external_id, target, delivery_id) <= (:last_entity, :last_external_id, :last_target, :last_delivery_id)
   and finished_at_ms < :before_ms
   and not exists (select 1 from dead_letters d where d.source = l.target and d.id = l.delivery_id)
 group by target

-- name: purge_finished
-- in: entity text, external_id text, target text, delivery_id text, last_entity text, last_external_id text, last_target text, last_delivery_id text, before_ms int
delete from delivery_log
 where (entity, external_id, target, delivery_id) > (:entity, :external_id, :target, :delivery_id)
   and (entity, external_id, target, delivery_id) <= (:last_entity, :last_external_id, :last_target, :last_delivery_id)
   and finished_at_ms < :before_ms
   and not exists (select 1 from dead_letters d
                    where d.source = delivery_log.target and d.id = delivery_log.delivery_id)
