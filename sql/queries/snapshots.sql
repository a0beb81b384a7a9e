-- Snapshots of a source's rows: what was seen, and what is gone.

-- name: load_snapshot
-- in: source text, entity text
-- out: run int, under_way int, cursor text
select run, case when cursor is null then 0 else 1 end, cursor from snapshots where source = :source and entity = :entity

-- name: put_snapshot
-- in: source text, entity text, run int, cursor text
insert into snapshots (source, entity, run, cursor) values (:source, :entity, :run, :cursor)
    on conflict (source, entity) do update set run = excluded.run, cursor = excluded.cursor

-- Every row that has a link is a row to be looked for. What the hub has written since it was last looked at is news.
-- name: expect_linked_rows
-- in: source text, entity text
insert into snapshot_rows (source, entity, native_id, run, digest, pushed_at_ms)
select source, entity, native_id, 0, 0, pushed_at_ms
  from source_links
 where source = :source and entity = :entity and native_id is not null
    on conflict (source, entity, native_id)
    do update set digest = 0, pushed_at_ms = excluded.pushed_at_ms
        where snapshot_rows.pushed_at_ms <> excluded.pushed_at_ms

-- name: unlink_rows_without_link
-- in: source text, entity text
update snapshot_rows
   set digest = 0, pushed_at_ms = -1
 where source = :source and entity = :entity and pushed_at_ms >= 0
   and not exists (select 1 from source_links l
                    where l.source = snapshot_rows.source and l.entity = snapshot_rows.entity
                      and l.native_id = snapshot_rows.native_id)

-- name: load_snapshot_row
-- in: source text, entity text, native_id text
-- out: digest int, pushed_at_ms int, link_pushed_at_ms int
select s.digest, s.pushed_at_ms, coalesce(l.pushed_at_ms, -1)
  from snapshot_rows s
  left join source_links l on l.source = s.source and l.entity = s.entity and l.native_id = s.native_id
 where s.source = :source and s.entity = :entity and s.native_id = :native_id

-- name: put_snapshot_row
-- in: source text, entity text, native_id text, run int, digest int, pushed_at_ms int
insert into snapshot_rows (source, entity, native_id, run, digest, pushed_at_ms)
values (:source, :entity, :native_id, :run, :digest, :pushed_at_ms)
    on conflict (source, entity, native_id)
    do update set run = excluded.run, digest = excluded.digest, pushed_at_ms = excluded.pushed_at_ms

-- name: snapshot_saw_any
-- in: source text, entity text, run int
-- out: found int
select case when exists (select 1 from snapshot_rows where source = :source and entity = :entity and run = :run) then 1 else 0 end

-- Rows that have a link and were not seen. Left out are those that the hub has written to meanwhile.
-- name: count_absent
-- in: source text, entity text, run int
-- out: absent int
select count(*)
  from snapshot_rows s
  join source_links l on l.source = s.source and l.entity = s.entity and l.native_id = s.native_id
 where s.source = :source and s.entity = :entity and s.run < :run and l.deleted = 0
   and l.pushed_at_ms = s.pushed_at_ms

-- The same without those whose delete is held already.
-- name: list_absent
-- in: source text, entity text, run int, native_id text, page_rows int
-- out: native_id text
select s.native_id
  from snapshot_rows s
  join source_links l on l.source = s.source and l.entity = s.entity and l.native_id = s.native_id
 where s.source = :source and s.entity = :entity and s.run < :run and s.native_id > :native_id and l.deleted = 0
   and l.pushed_at_ms = s.pushed_at_ms
   and not exists (select 1 from waiting_changes w
                    where w.entity = l.entity and w.external_id = l.external_id and w.source = l.source
                      and w.missing_entity = '@deletes')
 order by s.native_id
 limit :page_rows

-- name: remove_unseen_rows
-- in: source text, entity text, run int
delete from snapshot_rows where source = :source and entity = :entity and run < :run

-- name: forget_snapshot_rows
-- in: source text
delete from snapshot_rows where source = :source
