-- How a connection is set up, and the ends of a transaction.

-- name: use_wal
-- out: mode text
pragma journal_mode = wal

-- Only what a checkpoint moves is synced by SQLite; commits are by the hub (hub/store/group_sync.hpp).
-- name: sync_at_checkpoints
pragma synchronous = normal

-- The writer checkpoints by itself, between two transactions and seldom (hub/store/store.cpp).
-- name: checkpoint_by_hand
-- out: pages int
pragma wal_autocheckpoint = 0

-- name: cache_of_writer
pragma cache_size = -20000

-- name: cache_of_reader
pragma cache_size = -1000

-- name: limit_wal_file
-- out: bytes int
pragma journal_size_limit = 201326592

-- Bytes that a row no longer needs are overwritten: what a person had erased is in no free page (adr/0008).
-- name: zero_what_is_deleted
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
