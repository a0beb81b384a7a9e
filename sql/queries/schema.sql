-- The schema's own version.

-- name: create_schema_version
create table if not exists schema_version (
  version       bigint not null primary key,
  name          text   not null,
  applied_at_ms bigint not null
)

-- name: read_schema_version
-- out: version int
select coalesce(max(version), 0) from schema_version

-- name: insert_schema_version
-- in: version int, name text, applied_at_ms int
insert into schema_version (version, name, applied_at_ms) values (:version, :name, :applied_at_ms)
