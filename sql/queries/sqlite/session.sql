-- How a connection is set up (setup_…, in this order), and the ends of a transaction.

-- name: setup_writer_wal
-- out: mode text
pragma journal_mode = wal

-- Only what a checkpoint moves is synced by SQLite; commits are by the hub (hub/store/group_sync.hpp).
-- name: setup_writer_sync_at_checkpoints
pragma synchronous = normal

-- A scratch file is one that nobody wants back (hub/store/trial.hpp).
-- name: setup_scratch_no_rollback
-- out: mode text
pragma journal_mode = off

-- name: setup_scratch_no_syncs
pragma synchronous = off

-- name: setup_scratch_cache
pragma cache_size = -20000

-- The writer checkpoints by itself, between two transactions and seldom (hub/store/store.cpp).
-- name: setup_writer_checkpoint_by_hand
-- out: pages int
pragma wal_autocheckpoint = 0

-- name: setup_writer_cache
pragma cache_size = -20000

-- name: setup_reader_cache
pragma cache_size = -1000

-- name: setup_writer_limit_of_log
-- out: bytes int
pragma journal_size_limit = 201326592

-- Bytes that a row no longer needs are overwritten: what a person had erased is in no free page (adr/0008).
-- name: setup_writer_zero_what_is_deleted
-- out: mode int
pragma secure_delete = on

-- name: begin_write
begin immediate

-- name: begin_read
begin

-- name: commit
commit

-- name: rollback
rollback

-- Who asks, where his tables are or would be, and whether he may make some there. A file has no roles.
-- name: who_and_where
-- out: role text, schema text, search_path text, may_create int
select '', 'main', '', 1

-- The tables there, and what the role may do to them.
-- name: list_tables
-- out: name text, owner text, may_read int, may_write int, is_own int
select name, '', 1, 1, 1 from sqlite_master where type = 'table' order by name

-- name: list_columns
-- out: table_name text, column_name text, number int
select m.name, c.name, case lower(c.type) when 'bigint' then 1 else 0 end
  from sqlite_master m
  join pragma_table_info(m.name) c
 where m.type = 'table' and m.name not like 'sqlite%'
 order by m.name, c.cid
