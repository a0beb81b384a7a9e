-- How a connection is set up (setup_…, in this order), the ends of a transaction, and what keeps hubs apart that share a
-- store.

-- All that a writer asks finds its rows by a key. Before a table has statistics the planner would scan it, and keep that
-- plan: docs/adr/0011-postgresql-store.md. Who stops in the middle of a transaction (a machine that sleeps) must not hold
-- the others up.
-- name: setup_writer_settings
select set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
       set_config('enable_mergejoin', 'off', false), set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('jit', 'off', false), set_config('idle_in_transaction_session_timeout', '5s', false),
       set_config('lock_timeout', '30s', false), set_config('default_transaction_isolation', 'read committed', false)

-- name: setup_reader_settings
select set_config('jit', 'off', false), set_config('idle_in_transaction_session_timeout', '60s', false)

-- name: begin_write
begin

-- name: begin_read
begin isolation level repeatable read read only

-- name: commit
commit

-- name: rollback
rollback

-- name: commit_without_sync
set synchronous_commit = off

-- One transaction writes at a time, of all hubs that share the store: then what it has read is what there is.
-- name: lock_store
select pg_advisory_xact_lock(1398361667, hashtext(current_schema()))

-- The number of the transaction among those of this hub: whether it was committed can be told by that afterwards, also
-- when the answer to the commit was lost. What a hub is called is not known here; it says so itself (see_hub).
-- name: mark_commit
-- in: hub text, commits int
insert into hubs (hub, name, url, started_at_ms, seen_at_ms, commits)
select :hub, '', '', 0, c.now_ms, :commits
  from store_clock c
 where true
    on conflict (hub) do update set commits = excluded.commits

-- name: last_mark
-- in: hub text
-- out: commits int
select commits from hubs where hub = :hub

-- Who asks, where his tables are or would be (null: nowhere), and whether he may make some there.
-- name: who_and_where
-- out: role text, schema text, search_path text, may_create int
select cast(current_user as text), cast(current_schema() as text), current_setting('search_path'),
       case when has_schema_privilege(current_schema(), 'create') then 1 else 0 end

-- The tables there, and what the role may do to them: the catalogue, unlike the information schema, also tells of those
-- that it may do nothing to.
-- name: list_tables
-- out: name text, owner text, may_read int, may_write int, is_own int
select cast(c.relname as text), cast(pg_get_userbyid(c.relowner) as text),
       case when has_table_privilege(c.oid, 'select') then 1 else 0 end,
       case when has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                 and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete') then 1 else 0 end,
       case when pg_has_role(c.relowner, 'usage') then 1 else 0 end
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = current_schema() and c.relkind in ('r', 'p')
 order by c.relname

-- name: list_columns
-- out: table_name text, column_name text, number int
select c.table_name, c.column_name, case c.data_type when 'bigint' then 1 else 0 end
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
  join pg_class p on p.relname = c.table_name and p.relnamespace = current_schema()::regnamespace
 where table_schema = current_schema() and t.table_type = 'BASE TABLE' and not p.relispartition
 order by c.table_name, c.ordinal_position

-- On which hubs that share the store hear each other.
-- name: channel
-- out: channel text
select 'syncline.' || current_schema()

-- Heard once this transaction is committed.
-- name: call_hubs
-- in: said text
select pg_notify('syncline.' || current_schema(), :said)
