-- Deliveries.

-- A row that is there stands for the newer state too. One that nothing was sent from does as it is, because a claim takes
-- the record's newest; one under way keeps its payload, and the newer state follows it.
-- name: queue_outbound
-- in: entity text, external_id text, target text, row_version int, now_ms int
insert into outbound_changes (entity, external_id, target, row_version, merged, sent_version, sent_row_version, attempt,
                              due_at_ms, queued_at_ms)
values (:entity, :external_id, :target, :row_version, 0, 0, 0, 0, :now_ms, :now_ms)
    on conflict (entity, external_id, target)
    do update set row_version = excluded.row_version, merged = outbound_changes.merged + 1

-- name: follow_outbound
-- in: row_version int, entity text, external_id text, target text
update outbound_changes
   set row_version = :row_version, merged = merged + 1
 where entity = :entity and external_id = :external_id and target = :target and delivery_id is not null

-- name: due_outbound
-- in: target text, now_ms int, page_rows int
-- out: entity text, external_id text, target text, row_version int, merged int, delivery_id text, payload text, sent_version int, sent_row_version int, attempt int, due_at_ms int, lease text, blocked_entity text, blocked_external_id text, queued_at_ms int, last_error text
select entity, external_id, target, row_version, merged, delivery_id, payload, sent_version, sent_row_version, attempt,
       due_at_ms, lease, blocked_entity, blocked_external_id, queued_at_ms, last_error
  from outbound_changes o
 where target = :target and due_at_ms <= :now_ms
   and not exists (select 1 from conflict_log c
                    where c.entity = o.entity and c.external_id = o.external_id and c.source = o.target
                      and c.state = 'open')
   and not exists (select 1 from waiting_changes w
                    where w.entity = o.entity and w.external_id = o.external_id and w.source = o.target
                      and w.missing_entity in ('@deletes', '@receipt'))
   and not exists (select 1 from holds h
                    where h.entity = o.entity and h.external_id = o.external_id and h.field = '')
 order by due_at_ms, entity, external_id
 limit :page_rows

-- name: next_due
-- in: target text
-- out: due_at_ms int
select due_at_ms
  from outbound_changes o
 where target = :target
   and not exists (select 1 from conflict_log c
                    where c.entity = o.entity and c.external_id = o.external_id and c.source = o.target
                      and c.state = 'open')
   and not exists (select 1 from waiting_changes w
                    where w.entity = o.entity and w.external_id = o.external_id and w.source = o.target
                      and w.missing_entity in ('@deletes', '@receipt'))
   and not exists (select 1 from holds h
                    where h.entity = o.entity and h.external_id = o.external_id and h.field = '')
 order by due_at_ms
 limit 1

-- name: drop_leases
-- in: now_ms int, target text
update outbound_changes set due_at_ms = :now_ms, lease = null where target = :target and lease is not null

-- name: load_outbound
-- in: entity text, external_id text, target text
-- out: entity text, external_id text, target text, row_version int, merged int, delivery_id text, payload text, sent_version int, sent_row_version int, attempt int, due_at_ms int, lease text, blocked_entity text, blocked_external_id text, queued_at_ms int, last_error text
select entity, external_id, target, row_version, merged, delivery_id, payload, sent_version, sent_row_version, attempt,
       due_at_ms, lease, blocked_entity, blocked_external_id, queued_at_ms, last_error
  from outbound_changes
 where entity = :entity and external_id = :external_id and target = :target

-- name: outbound_of
-- in: entity text, external_id text
-- out: entity text, external_id text, target text, row_version int, merged int, delivery_id text, payload text, sent_version int, sent_row_version int, attempt int, due_at_ms int, lease text, blocked_entity text, blocked_external_id text, queued_at_ms int, last_error text
select entity, external_id, target, row_version, merged, delivery_id, payload, sent_version, sent_row_version, attempt,
       due_at_ms, lease, blocked_entity, blocked_external_id, queued_at_ms, last_error
  from outbound_changes
 where entity = :entity and external_id = :external_id
 order by target

-- What may have made a row at the target of which no receipt has told.
-- name: unsettled_inserts
-- in: target text, entity text
-- out: delivery_id text
select delivery_id
  from outbound_changes o
 where target = :target and entity = :entity and delivery_id is not null
   and not exists (select 1 from source_links l
                    where l.entity = o.entity and l.external_id = o.external_id and l.source = o.target
                      and l.native_id is not null)

-- name: update_outbound
-- in: row_version int, merged int, delivery_id text, payload text, sent_version int, sent_row_version int, attempt int, due_at_ms int, lease text, blocked_entity text, blocked_external_id text, queued_at_ms int, last_error text, entity text, external_id text, target text
update outbound_changes
   set row_version = :row_version, merged = :merged, delivery_id = :delivery_id, payload = :payload,
       sent_version = :sent_version, sent_row_version = :sent_row_version, attempt = :attempt, due_at_ms = :due_at_ms,
       lease = :lease, blocked_entity = :blocked_entity, blocked_external_id = :blocked_external_id,
       queued_at_ms = :queued_at_ms, last_error = :last_error
 where entity = :entity and external_id = :external_id and target = :target

-- name: remove_outbound
-- in: entity text, external_id text, target text
delete from outbound_changes where entity = :entity and external_id = :external_id and target = :target

-- name: unblock_outbound
-- in: now_ms int, target text, entity text, external_id text
update outbound_changes
   set due_at_ms = :now_ms, blocked_entity = null, blocked_external_id = null
 where target = :target and blocked_entity = :entity and blocked_external_id = :external_id

-- name: outbound_depths
-- out: target text, depth int, oldest_queued_at_ms int
select target, count(*), min(queued_at_ms) from outbound_changes group by target order by target

-- name: insert_finished
-- in: entity text, external_id text, target text, delivery_id text, version int, status text, attempts int, finished_at_ms int, message text
insert into delivery_log (entity, external_id, target, delivery_id, version, status, attempts, finished_at_ms, message)
values (:entity, :external_id, :target, :delivery_id, :version, :status, :attempts, :finished_at_ms, :message)
    on conflict (entity, external_id, target, delivery_id)
    do update set status = excluded.status, attempts = excluded.attempts, finished_at_ms = excluded.finished_at_ms,
                  message = excluded.message

-- name: finished_of
-- in: entity text, external_id text, page_rows int
-- out: entity text, external_id text, target text, delivery_id text, version int, status text, attempts int, finished_at_ms int, message text
select entity, external_id, target, delivery_id, version, status, attempts, finished_at_ms, message
  from delivery_log
 where entity = :entity and external_id = :external_id
 order by finished_at_ms desc, target, delivery_id
 limit :page_rows

-- name: load_finished
-- in: entity text, external_id text, target text, delivery_id text
-- out: entity text, external_id text, target text, delivery_id text, version int, status text, attempts int, finished_at_ms int, message text
select entity, external_id, target, delivery_id, version, status, attempts, finished_at_ms, message
  from delivery_log
 where entity = :entity and external_id = :external_id and target = :target and delivery_id = :delivery_id
