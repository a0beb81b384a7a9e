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

-- name: has_schema_version
-- out: tables int
select count(*) from pg_tables where schemaname = current_schema() and tablename = 'schema_version'

-- name: list_columns
-- out: table_name text, column_name text, number int
select c.table_name, c.column_name, case c.data_type when 'bigint' then 1 else 0 end
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
 where table_schema = current_schema() and t.table_type = 'BASE TABLE'
 order by c.table_name, c.ordinal_position

-- On which hubs that share the store hear each other.
-- name: channel
-- out: channel text
select 'syncline.' || current_schema()

-- Heard once this transaction is committed.
-- name: call_hubs
-- in: said text
select pg_notify('syncline.' || current_schema(), :said)
