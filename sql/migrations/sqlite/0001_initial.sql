-- The store of a hub, in the terms of docs/concepts.md. Every key begins with the record key or the source, so that the
-- tables can be distributed by it. Times are milliseconds since the epoch, UTC.

-- The journal: every change as its source sent it, and what became of it. seq counts from 1 without a gap per source.
-- prev_source and prev_seq name the record's journal row before this one: its history is that chain, newest first.
-- settled_at_ms is when it was decided, where that was not when it came: it had been parked or dead.
-- run: the pull or batch that brought it, if any.
create table source_records (
  source          text   not null,
  seq             bigint not null,
  entity          text   not null,
  external_id     text   not null,
  native_id       text,
  op              text   not null,
  change_id       text,
  body            text   not null,
  received_at_ms  bigint not null,
  settled_at_ms   bigint,
  state           text   not null,
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

-- The runs of each source: a round of pulling, or a streamed batch. What one brought can be undone together. kept is how
-- many of its changes are in the journal still; with the last one the run is purged.
create table sync_runs (
  source        text   not null,
  run           bigint not null,
  kind          text   not null,
  started_at_ms bigint not null,
  changes       bigint not null,
  kept          bigint not null,
  primary key (source, run)
) without rowid;

-- The agreed state. erased_at_ms is when a person had all values of the record erased, 0 for never.
-- merged_into: the record is an alias of that one. provenance lists the fields that each winning write gave: {"version source seq at_ms [observed_at_ms]": [field, …]}.
create table canonical_records (
  entity        text   not null,
  external_id   text   not null,
  version       bigint not null,
  row_version   bigint not null,
  deleted       bigint not null,
  fields        text   not null,
  provenance    text   not null,
  tombstone     text,
  last_source   text   not null,
  head_source   text   not null,
  head_seq      bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  merged_into   text,
  erased_at_ms  bigint not null,
  primary key (entity, external_id)
);

create index canonical_records_erased on canonical_records (erased_at_ms) where erased_at_ms > 0;

-- Where the kept past of a record begins, once older changes of it were purged: its state after the newest of them,
-- whose place in the journal is the head.
create table record_bases (
  entity        text   not null,
  external_id   text   not null,
  version       bigint not null,
  row_version   bigint not null,
  deleted       bigint not null,
  fields        text   not null,
  provenance    text   not null,
  tombstone     text,
  last_source   text   not null,
  head_source   text   not null,
  head_seq      bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (entity, external_id)
) without rowid;

-- What the hub knows of a record at a source: its native id and etag, the version and the values last agreed.
create table source_links (
  entity        text   not null,
  external_id   text   not null,
  source        text   not null,
  native_id     text,
  source_etag   text,
  base_version  bigint not null,
  shadow        text   not null,
  from_delivery bigint not null,
  deleted       bigint not null,
  pushed_at_ms  bigint not null,
  updated_at_ms bigint not null,
  heard_seq     bigint not null,
  primary key (entity, external_id, source)
);

create unique index source_links_native_id on source_links (source, entity, native_id) where native_id is not null;

-- By which values a record can be found: one row for each ladder of match_on (fields, joined by commas) of which the
-- record has every value, and for each field that references another record. match_values is the JSON array of them.
create table match_keys (
  entity       text not null,
  fields       text not null,
  match_values text not null,
  external_id  text not null,
  primary key (entity, fields, match_values, external_id)
) without rowid;

-- What the store was built for, so that a changed configuration shows: match_on is the list of all ladders in use.
create table store_settings (
  name  text not null primary key,
  value text not null
) without rowid;

-- Deliveries under way: at most one row per record and target, because a delivery carries a state and not an operation.
-- A row can be claimed when due_at_ms has come; a claim moves due_at_ms to the end of its lease. From the first attempt
-- whose outcome is unknown, delivery_id and payload stay what they are until that delivery is final; row_version then
-- tells whether a newer state waits behind it. merged counts the deliveries that this row stands for beside its own.
create table outbound_changes (
  entity              text   not null,
  external_id         text   not null,
  target              text   not null,
  row_version         bigint not null,
  merged              bigint not null,
  delivery_id         text,
  payload             text,
  sent_version        bigint not null,
  sent_row_version    bigint not null,
  attempt             bigint not null,
  due_at_ms           bigint not null,
  lease               text,
  blocked_entity      text,
  blocked_external_id text,
  queued_at_ms        bigint not null,
  last_error          text,
  primary key (entity, external_id, target)
) without rowid;

create index outbound_changes_due on outbound_changes (target, due_at_ms);
create index outbound_changes_sent on outbound_changes (target, entity) where delivery_id is not null;
create index outbound_changes_blocked on outbound_changes (target, blocked_entity, blocked_external_id)
  where blocked_entity is not null;

-- Deliveries that came to an end.
create table delivery_log (
  entity         text   not null,
  external_id    text   not null,
  target         text   not null,
  delivery_id    text   not null,
  version        bigint not null,
  status         text   not null,
  attempts       bigint not null,
  finished_at_ms bigint not null,
  message        text,
  primary key (entity, external_id, target, delivery_id)
) without rowid;

-- Changes that a person must settle. seq is the change's place in the journal; (source, seq) names the conflict. There is
-- one open conflict for a record and source at most: a newer change of the source takes the place of an older one.
-- incoming and canonical hold what stood against each other when it was opened, each with its provenance and the record's
-- version; base is what the source had last agreed to before. fields are those in dispute. revised_by is the place in the
-- journal of the last change that altered what is in dispute. candidates are the external ids of the records that a change
-- of kind identity may be about. decided says for each field whose value a person took.
create table conflict_log (
  entity               text   not null,
  external_id          text   not null,
  source               text   not null,
  seq                  bigint not null,
  kind                 text   not null,
  state                text   not null,
  incoming             text   not null,
  incoming_provenance  text   not null,
  canonical            text   not null,
  canonical_provenance text   not null,
  tombstone            text,
  version              bigint not null,
  row_version          bigint not null,
  base                 text   not null,
  base_version         bigint not null,
  fields               text   not null,
  candidates           text   not null,
  opened_at_ms         bigint not null,
  updated_at_ms        bigint not null,
  revised_by           text   not null,
  closed_at_ms         bigint,
  closed_by            text,
  outcome              text,
  decided              text,
  primary key (entity, external_id, source, seq)
) without rowid;

create unique index conflict_log_change on conflict_log (source, seq);
create unique index conflict_log_open on conflict_log (entity, external_id, source) where state = 'open';
create index conflict_log_inbox on conflict_log (opened_at_ms, source, seq, kind, state) where state = 'open';
create index conflict_log_past on conflict_log (entity, kind, opened_at_ms, source, seq);

-- The fields in dispute of the open conflicts, for grouping and finding them; one row without a field for a conflict about
-- the whole record.
create table conflict_fields (
  entity       text   not null,
  external_id  text   not null,
  source       text   not null,
  field        text   not null,
  seq          bigint not null,
  kind         text   not null,
  opened_at_ms bigint not null,
  primary key (entity, external_id, source, field)
) without rowid;

create index conflict_fields_inbox on conflict_fields (field, opened_at_ms, source, seq, kind);

-- Changes parked until a record that they reference exists. missing_* is the first of the records that are missing.
create table waiting_changes (
  entity              text   not null,
  external_id         text   not null,
  source              text   not null,
  seq                 bigint not null,
  missing             text   not null,
  missing_entity      text   not null,
  missing_external_id text   not null,
  attempts            bigint not null,
  due_at_ms           bigint not null,
  parked_at_ms        bigint not null,
  native_id           text,
  primary key (entity, external_id, source, seq)
) without rowid;

create index waiting_changes_native on waiting_changes (source, entity, native_id) where native_id is not null;
create index waiting_changes_due on waiting_changes (due_at_ms);
create index waiting_changes_missing on waiting_changes (missing_entity, missing_external_id);

-- Records, or single fields of them (field not empty), that people keep from being synchronised. until_ms null: until
-- somebody releases them.
create table holds (
  entity       text   not null,
  external_id  text   not null,
  field        text   not null,
  until_ms     bigint,
  reason       text,
  placed_at_ms bigint not null,
  primary key (entity, external_id, field)
) without rowid;

create index holds_until on holds (until_ms) where until_ms is not null;

-- What will not be tried again without a person. kind is delivery or change; id is the delivery id or "source:seq".
-- in_doubt: 1 for a delivery that may have made a row at its target, of which nobody has told.
create table dead_letters (
  source      text   not null,
  id          text   not null,
  kind        text   not null,
  entity      text   not null,
  external_id text   not null,
  version     bigint not null,
  row_version bigint not null,
  payload     text   not null,
  reason      text   not null,
  attempts    bigint not null,
  dead_at_ms  bigint not null,
  in_doubt    bigint not null,
  primary key (source, id)
) without rowid;

create index dead_letters_in_doubt on dead_letters (source, entity, external_id) where in_doubt = 1;

-- The priorities that the ladder uses, read anew for every transaction. Lower is better.
create table source_priority (
  source   text   not null primary key,
  priority bigint not null
) without rowid;

-- Whether a person or a failed login has paused a source; no row: it was never paused.
create table source_state (
  source       text   not null primary key,
  paused       bigint not null,
  pause_reason text
) without rowid;

create table pull_cursors (
  source        text   not null,
  entity        text   not null,
  cursor        text   not null,
  updated_at_ms bigint not null,
  primary key (source, entity)
) without rowid;

-- Snapshots of a source's rows: how many there were of an entity (run counts them), and where the one that is under way
-- has got to; cursor is null when none is.
create table snapshots (
  source text   not null,
  entity text   not null,
  run    bigint not null,
  cursor text,
  primary key (source, entity)
) without rowid;

-- What a snapshot is held against: the rows that the source had in the last ones, and those that have a link. run is the
-- last snapshot that showed the row, 0 when none has. digest is of what it showed, 0 when that does not count any more.
-- pushed_at_ms is that of the row's link when it was last looked at, -1 when it had none: another one there by now means
-- that the hub has written to the row since.
create table snapshot_rows (
  source       text   not null,
  entity       text   not null,
  native_id    text   not null,
  run          bigint not null,
  digest       bigint not null,
  pushed_at_ms bigint not null,
  primary key (source, entity, native_id)
) without rowid;

-- How many of a source's deletes a person lets through the brake: remaining of max_deletes, until until_ms.
create table delete_approvals (
  source      text   not null primary key,
  max_deletes bigint not null,
  remaining   bigint not null,
  until_ms    bigint not null
) without rowid;

-- Counts that move in the transaction of the rows they count; syncline audit recomputes them. journal_rows is also the
-- last seq of the source's journal.
create table counters (
  source text   not null,
  name   text   not null,
  value  bigint not null,
  primary key (source, name)
) without rowid;

-- The hubs that share the store, and when each last said that it lives. commits: the number of the last transaction of
-- this one that was committed.
create table hubs (
  hub           text   not null primary key,
  name          text   not null,
  url           text   not null,
  started_at_ms bigint not null,
  seen_at_ms    bigint not null,
  commits       bigint not null
) without rowid;

-- Which hub speaks for a source whose plugin can run in one of them only, until when by the clock below. epoch counts the
-- hubs that have: what was begun under an earlier one counts for nothing.
create table source_leases (
  source   text   not null primary key,
  hub      text   not null,
  epoch    bigint not null,
  until_ms bigint not null
) without rowid;

-- The time that leases go by is the database's.
create view store_clock as select cast((julianday('now') - 2440587.5) * 86400000.0 as integer) as now_ms;

-- The changes that nothing alive depends on: not a record's newest one, not what a source said last of a record or of a
-- row (which stands for another record since a merge), not what waits, is in conflict or is a dead letter, and not the
-- newest of its source. `chained`: it is of a record's past.
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
