-- Records and fields that people keep from being synchronised.

-- name: put_hold
-- in: entity text, external_id text, field text, until_ms int, reason text, placed_at_ms int
insert into holds (entity, external_id, field, until_ms, reason, placed_at_ms)
values (:entity, :external_id, :field, :until_ms, :reason, :placed_at_ms)
    on conflict (entity, external_id, field)
    do update set until_ms = excluded.until_ms, reason = excluded.reason

-- name: remove_hold
-- in: entity text, external_id text, field text
delete from holds where entity = :entity and external_id = :external_id and field = :field

-- name: holds_of
-- in: entity text, external_id text
-- out: entity text, external_id text, field text, until_ms int, reason text, placed_at_ms int
select entity, external_id, field, until_ms, reason, placed_at_ms
  from holds
 where entity = :entity and external_id = :external_id
 order by field

-- name: ended_holds
-- in: now_ms int, page_rows int
-- out: entity text, external_id text, field text, until_ms int, reason text, placed_at_ms int
select entity, external_id, field, until_ms, reason, placed_at_ms
  from holds
 where until_ms <= :now_ms
 order by until_ms, entity, external_id, field
 limit :page_rows

-- name: list_holds
-- in: entity text, external_id text, field text, page_rows int
-- out: entity text, external_id text, field text, until_ms int, reason text, placed_at_ms int
select entity, external_id, field, until_ms, reason, placed_at_ms
  from holds
 where (entity, external_id, field) > (:entity, :external_id, :field)
 order by entity, external_id, field
 limit :page_rows
