-- name: prepare_connection
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;

-- name: schema_version
PRAGMA schema_version;

-- name: begin_read
BEGIN;

-- name: begin_write
BEGIN IMMEDIATE;

-- name: begin_item
SAVEPOINT item;

-- name: keep_item
RELEASE item;

-- name: undo_item
ROLLBACK TO item;
