-- The statements of the bare hub on PostgreSQL.

-- name: setup
-- Planned while a table is empty, a statement would scan it ever after.
set client_min_messages = warning;
set enable_seqscan = off;
set jit = off;

-- name: schema
drop table if exists journal, canonical, outbound;
create table journal (
  seq bigint generated always as identity primary key,
  source text not null,
  change_id text not null,
  entity text not null,
  external_id text not null,
  body text not null,
  received_at_ms bigint not null
);
create unique index journal_change on journal (source, change_id);
create table canonical (
  entity text not null,
  external_id text not null,
  version bigint not null,
  fields text not null,
  updated_at_ms bigint not null,
  primary key (entity, external_id)
);
create table outbound (
  id bigint generated always as identity primary key,
  target text not null,
  entity text not null,
  external_id text not null,
  version bigint not null,
  body text not null,
  state bigint not null
);
create index outbound_pending on outbound (target, id) where state = 0;

-- name: read
select c.external_id, c.version, c.fields
  from unnest($1::text[]) as k(external_id)
 cross join lateral (select external_id, version, fields
                       from canonical
                      where entity = 'client' and external_id = k.external_id
                     offset 0) c

-- name: write
with journalled as (
  insert into journal (source, change_id, entity, external_id, body, received_at_ms)
  select 'CRM', change_id, 'client', external_id, body, at_ms
    from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as r(change_id, external_id, body, at_ms)
), kept as (
  insert into canonical (entity, external_id, version, fields, updated_at_ms)
  select 'client', external_id, version, fields, at_ms
    from unnest($5::text[], $6::bigint[], $7::text[], $8::bigint[]) as r(external_id, version, fields, at_ms)
  on conflict (entity, external_id) do update
     set version = excluded.version, fields = excluded.fields, updated_at_ms = excluded.updated_at_ms
)
insert into outbound (target, entity, external_id, version, body, state)
select t.target, 'client', r.external_id, r.version, r.fields, 0
  from unnest($5::text[], $6::bigint[], $7::text[]) as r(external_id, version, fields)
 cross join (values ('ERP'), ('Portal'), ('LocalDB')) as t(target)
