-- The statements of the two floors.

-- name: pragmas_plain
-- What durability asks for and nothing else.
pragma journal_mode = wal;
pragma synchronous = full;

-- name: pragmas_tuned
-- 64 MiB of page cache, a checkpoint every 10,000 pages (40 MiB) instead of every 1,000, reads through 256 MiB of mmap.
pragma journal_mode = wal;
pragma synchronous = full;
pragma cache_size = -65536;
pragma wal_autocheckpoint = 10000;
pragma mmap_size = 268435456;

-- name: schema
create table journal (
  seq integer primary key,
  source text not null,
  change_id text not null,
  entity text not null,
  external_id text not null,
  body text not null,
  received_at_ms integer not null
);
create unique index journal_change on journal (source, change_id);
create table canonical (
  entity text not null,
  external_id text not null,
  version integer not null,
  fields text not null,
  updated_at_ms integer not null,
  primary key (entity, external_id)
) without rowid;
create table outbound (
  id integer primary key,
  target text not null,
  entity text not null,
  external_id text not null,
  version integer not null,
  body text not null,
  state integer not null
);
create index outbound_pending on outbound (target, id) where state = 0;

-- name: begin
begin immediate

-- name: commit
commit

-- name: insert_journal
insert into journal (source, change_id, entity, external_id, body, received_at_ms) values ('CRM', ?, 'client', ?, ?, ?)

-- name: read_canonical
select version, fields from canonical where entity = 'client' and external_id = ?

-- name: upsert_canonical
insert into canonical (entity, external_id, version, fields, updated_at_ms) values ('client', ?, ?, ?, ?)
on conflict (entity, external_id) do update
   set version = excluded.version, fields = excluded.fields, updated_at_ms = excluded.updated_at_ms

-- name: insert_outbound
insert into outbound (target, entity, external_id, version, body, state) values (?, 'client', ?, ?, ?, 0)
