-- The tables of sql/migrations/sqlite/0001_initial.sql, which says what they hold, for PostgreSQL. Keys are compared byte by
-- byte, as SQLite does, whatever the database's own collation is.

create table source_records (
  source          text collate "C" not null,
  seq             bigint not null,
  entity          text collate "C" not null,
  external_id     text collate "C" not null,
  native_id       text collate "C",
  op              text not null,
  change_id       text collate "C",
  body            text not null,
  received_at_ms  bigint not null,
  settled_at_ms   bigint,
  state           text not null,
  resolution      text,
  version         bigint not null,
  row_version     bigint not null,
  decision        text,
  prev_source     text,
  prev_seq        bigint,
  run             bigint,
  primary key (source, seq)
);

create unique index source_records_change_id on source_records (source, change_id) where change_id is not null;

create table sync_runs (
  source        text collate "C" not null,
  run           bigint not null,
  kind          text not null,
  started_at_ms bigint not null,
  changes       bigint not null,
  kept          bigint not null,
  primary key (source, run)
);

create table canonical_records (
  entity        text collate "C" not null,
  external_id   text collate "C" not null,
  version       bigint not null,
  row_version   bigint not null,
  deleted       bigint not null,
  fields        text not null,
  provenance    text not null,
  tombstone     text,
  last_source   text not null,
  head_source   text not null,
  head_seq      bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  merged_into   text,
  erased_at_ms  bigint not null,
  primary key (entity, external_id)
);

create index canonical_records_erased on canonical_records (erased_at_ms) where erased_at_ms > 0;

create table record_bases (
  entity        text collate "C" not null,
  external_id   text collate "C" not null,
  version       bigint not null,
  row_version   bigint not null,
  deleted       bigint not null,
  fields        text not null,
  provenance    text not null,
  tombstone     text,
  last_source   text not null,
  head_source   text not null,
  head_seq      bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (entity, external_id)
);

create table source_links (
  entity        text collate "C" not null,
  external_id   text collate "C" not null,
  source        text collate "C" not null,
  native_id     text collate "C",
  source_etag   text,
  base_version  bigint not null,
  shadow        text not null,
  from_delivery bigint not null,
  deleted       bigint not null,
  pushed_at_ms  bigint not null,
  updated_at_ms bigint not null,
  heard_seq     bigint not null,
  primary key (entity, external_id, source)
);

create unique index source_links_native_id on source_links (source, entity, native_id) where native_id is not null;

create table match_keys (
  entity       text collate "C" not null,
  fields       text collate "C" not null,
  match_values text collate "C" not null,
  external_id  text collate "C" not null,
  primary key (entity, fields, match_values, external_id)
);

create table store_settings (
  name  text collate "C" not null primary key,
  value text not null
);

create table outbound_changes (
  entity              text collate "C" not null,
  external_id         text collate "C" not null,
  target              text collate "C" not null,
  row_version         bigint not null,
  merged              bigint not null,
  delivery_id         text collate "C",
  payload             text,
  sent_version        bigint not null,
  sent_row_version    bigint not null,
  attempt             bigint not null,
  due_at_ms           bigint not null,
  lease               text,
  blocked_entity      text collate "C",
  blocked_external_id text collate "C",
  queued_at_ms        bigint not null,
  last_error          text,
  primary key (entity, external_id, target)
);

create index outbound_changes_due on outbound_changes (target, due_at_ms);
create index outbound_changes_sent on outbound_changes (target, entity) where delivery_id is not null;
create index outbound_changes_blocked on outbound_changes (target, blocked_entity, blocked_external_id)
  where blocked_entity is not null;

create table delivery_log (
  entity         text collate "C" not null,
  external_id    text collate "C" not null,
  target         text collate "C" not null,
  delivery_id    text collate "C" not null,
  version        bigint not null,
  status         text not null,
  attempts       bigint not null,
  finished_at_ms bigint not null,
  message        text,
  primary key (entity, external_id, target, delivery_id)
);

create table conflict_log (
  entity               text collate "C" not null,
  external_id          text collate "C" not null,
  source               text collate "C" not null,
  seq                  bigint not null,
  kind                 text not null,
  state                text not null,
  incoming             text not null,
  incoming_provenance  text not null,
  canonical            text not null,
  canonical_provenance text not null,
  tombstone            text,
  version              bigint not null,
  row_version          bigint not null,
  base                 text not null,
  base_version         bigint not null,
  fields               text not null,
  candidates           text not null,
  opened_at_ms         bigint not null,
  updated_at_ms        bigint not null,
  revised_by           text not null,
  closed_at_ms         bigint,
  closed_by            text,
  outcome              text,
  decided              text,
  primary key (entity, external_id, source, seq)
);

create unique index conflict_log_change on conflict_log (source, seq);
create unique index conflict_log_open on conflict_log (entity, external_id, source) where state = 'open';
create index conflict_log_inbox on conflict_log (opened_at_ms, source, seq, kind, state) where state = 'open';
create index conflict_log_past on conflict_log (entity, kind, opened_at_ms, source, seq);

create table conflict_fields (
  entity       text collate "C" not null,
  external_id  text collate "C" not null,
  source       text collate "C" not null,
  field        text collate "C" not null,
  seq          bigint not null,
  kind         text not null,
  opened_at_ms bigint not null,
  primary key (entity, external_id, source, field)
);

create index conflict_fields_inbox on conflict_fields (field, opened_at_ms, source, seq, kind);

create table waiting_changes (
  entity              text collate "C" not null,
  external_id         text collate "C" not null,
  source              text collate "C" not null,
  seq                 bigint not null,
  missing             text not null,
  missing_entity      text collate "C" not null,
  missing_external_id text collate "C" not null,
  attempts            bigint not null,
  due_at_ms           bigint not null,
  parked_at_ms        bigint not null,
  native_id           text collate "C",
  primary key (entity, external_id, source, seq)
);

create index waiting_changes_native on waiting_changes (source, entity, native_id) where native_id is not null;
create index waiting_changes_due on waiting_changes (due_at_ms);
create index waiting_changes_missing on waiting_changes (missing_entity, missing_external_id);

create table holds (
  entity       text collate "C" not null,
  external_id  text collate "C" not null,
  field        text collate "C" not null,
  until_ms     bigint,
  reason       text,
  placed_at_ms bigint not null,
  primary key (entity, external_id, field)
);

create index holds_until on holds (until_ms) where until_ms is not null;

create table dead_letters (
  source      text collate "C" not null,
  id          text collate "C" not null,
  kind        text not null,
  entity      text collate "C" not null,
  external_id text collate "C" not null,
  version     bigint not null,
  row_version bigint not null,
  payload     text not null,
  reason      text not null,
  attempts    bigint not null,
  dead_at_ms  bigint not null,
  in_doubt    bigint not null,
  primary key (source, id)
);
create index dead_letters_in_doubt on dead_letters (source, entity, external_id) where in_doubt = 1;

create table source_priority (
  source   text collate "C" not null primary key,
  priority bigint not null
);

create table source_state (
  source       text collate "C" not null primary key,
  paused       bigint not null,
  pause_reason text
);

create table pull_cursors (
  source        text collate "C" not null,
  entity        text collate "C" not null,
  cursor        text not null,
  updated_at_ms bigint not null,
  primary key (source, entity)
);

create table snapshots (
  source text collate "C" not null,
  entity text collate "C" not null,
  run    bigint not null,
  cursor text,
  primary key (source, entity)
);

create table snapshot_rows (
  source       text collate "C" not null,
  entity       text collate "C" not null,
  native_id    text collate "C" not null,
  run          bigint not null,
  digest       bigint not null,
  pushed_at_ms bigint not null,
  primary key (source, entity, native_id)
);

create table delete_approvals (
  source      text collate "C" not null primary key,
  max_deletes bigint not null,
  remaining   bigint not null,
  until_ms    bigint not null
);

create table counters (
  source text collate "C" not null,
  name   text collate "C" not null,
  value  bigint not null,
  primary key (source, name)
);

create table hubs (
  hub           text collate "C" not null primary key,
  name          text not null,
  url           text not null,
  started_at_ms bigint not null,
  seen_at_ms    bigint not null,
  commits       bigint not null
);

create table source_leases (
  source   text collate "C" not null primary key,
  hub      text not null,
  epoch    bigint not null,
  until_ms bigint not null
);

create view store_clock as select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now_ms;

create view settled_changes as
select r.source, r.seq, r.entity, r.external_id, r.state, r.run,
       case when r.decision is null then 0 else 1 end as chained,
       coalesce(r.settled_at_ms, r.received_at_ms) as settled_at_ms
  from source_records r
 where r.state <> 'waiting'
   and r.seq < (select j.value from counters j where j.source = r.source and j.name = 'journal_rows')
   and not exists (select 1 from canonical_records c
                    where c.entity = r.entity and c.external_id = r.external_id
                      and c.head_source = r.source and c.head_seq = r.seq)
   and not exists (select 1 from source_links l
                    where l.entity = r.entity and l.external_id = r.external_id and l.source = r.source
                      and l.heard_seq = r.seq)
   and not exists (select 1 from source_links l
                    where l.source = r.source and l.entity = r.entity
                      and l.native_id = coalesce(r.native_id, r.external_id) and l.heard_seq = r.seq)
   and not (r.state = 'conflict' and exists (select 1 from conflict_log o
                                              where o.source = r.source and o.seq = r.seq and o.state = 'open'))
   and not (r.state = 'dead' and exists (select 1 from dead_letters d
                                          where d.source = r.source and d.id = r.source || ':' || r.seq));

-- SQLite's name for it.
create function instr(text, text) returns integer language sql immutable strict as 'select strpos($1, $2)';
