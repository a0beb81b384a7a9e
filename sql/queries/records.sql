-- Canonical records and their links.

-- name: load_record
-- in: entity text, external_id text
-- out: entity text, external_id text, version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, created_at_ms int, updated_at_ms int, merged_into text, erased_at_ms int
select entity, external_id, version, row_version, deleted, fields, provenance, tombstone, last_source, head_source,
       head_seq, created_at_ms, updated_at_ms, merged_into, erased_at_ms
  from canonical_records
 where entity = :entity and external_id = :external_id

-- name: record_exists
-- in: entity text, external_id text
-- out: found int
select 1 from canonical_records where entity = :entity and external_id = :external_id and deleted = 0

-- name: insert_record
-- in: entity text, external_id text, version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, created_at_ms int, updated_at_ms int, merged_into text, erased_at_ms int
insert into canonical_records (entity, external_id, version, row_version, deleted, fields, provenance, tombstone,
                               last_source, head_source, head_seq, created_at_ms, updated_at_ms, merged_into,
                               erased_at_ms)
values (:entity, :external_id, :version, :row_version, :deleted, :fields, :provenance, :tombstone, :last_source,
        :head_source, :head_seq, :created_at_ms, :updated_at_ms, :merged_into, :erased_at_ms)

-- name: update_record
-- in: version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, updated_at_ms int, merged_into text, erased_at_ms int, entity text, external_id text, expected_row_version int
update canonical_records
   set version = :version, row_version = :row_version, deleted = :deleted, fields = :fields, provenance = :provenance,
       tombstone = :tombstone, last_source = :last_source, head_source = :head_source, head_seq = :head_seq,
       updated_at_ms = :updated_at_ms, merged_into = :merged_into, erased_at_ms = :erased_at_ms
 where entity = :entity and external_id = :external_id and row_version = :expected_row_version

-- name: list_records
-- in: entity text, external_id text, deleted int, page_rows int
-- out: entity text, external_id text, version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, created_at_ms int, updated_at_ms int, merged_into text, erased_at_ms int
select entity, external_id, version, row_version, deleted, fields, provenance, tombstone, last_source, head_source,
       head_seq, created_at_ms, updated_at_ms, merged_into, erased_at_ms
  from canonical_records
 where (entity, external_id) > (:entity, :external_id) and deleted <= :deleted
 order by entity, external_id
 limit :page_rows

-- name: list_records_of
-- in: entity text, external_id text, deleted int, page_rows int
-- out: entity text, external_id text, version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, created_at_ms int, updated_at_ms int, merged_into text, erased_at_ms int
select entity, external_id, version, row_version, deleted, fields, provenance, tombstone, last_source, head_source,
       head_seq, created_at_ms, updated_at_ms, merged_into, erased_at_ms
  from canonical_records
 where entity = :entity and external_id > :external_id and deleted <= :deleted
 order by external_id
 limit :page_rows

-- name: load_links
-- in: entity text, external_id text
-- out: entity text, external_id text, source text, native_id text, source_etag text, base_version int, shadow text, from_delivery int, deleted int, pushed_at_ms int, updated_at_ms int, heard_seq int
select entity, external_id, source, native_id, source_etag, base_version, shadow, from_delivery, deleted, pushed_at_ms,
       updated_at_ms, heard_seq
  from source_links
 where entity = :entity and external_id = :external_id
 order by source

-- name: load_link
-- in: entity text, external_id text, source text
-- out: entity text, external_id text, source text, native_id text, source_etag text, base_version int, shadow text, from_delivery int, deleted int, pushed_at_ms int, updated_at_ms int, heard_seq int
select entity, external_id, source, native_id, source_etag, base_version, shadow, from_delivery, deleted, pushed_at_ms,
       updated_at_ms, heard_seq
  from source_links
 where entity = :entity and external_id = :external_id and source = :source

-- name: find_link
-- in: source text, entity text, native_id text
-- out: entity text, external_id text, source text, native_id text, source_etag text, base_version int, shadow text, from_delivery int, deleted int, pushed_at_ms int, updated_at_ms int, heard_seq int
select entity, external_id, source, native_id, source_etag, base_version, shadow, from_delivery, deleted, pushed_at_ms,
       updated_at_ms, heard_seq
  from source_links
 where source = :source and entity = :entity and native_id = :native_id

-- name: put_link
-- in: entity text, external_id text, source text, native_id text, source_etag text, base_version int, shadow text, from_delivery int, deleted int, pushed_at_ms int, updated_at_ms int, heard_seq int
insert into source_links (entity, external_id, source, native_id, source_etag, base_version, shadow, from_delivery,
                          deleted, pushed_at_ms, updated_at_ms, heard_seq)
values (:entity, :external_id, :source, :native_id, :source_etag, :base_version, :shadow, :from_delivery, :deleted,
        :pushed_at_ms, :updated_at_ms, :heard_seq)
    on conflict (entity, external_id, source)
    do update set native_id = excluded.native_id, source_etag = excluded.source_etag,
                  base_version = excluded.base_version, shadow = excluded.shadow,
                  from_delivery = excluded.from_delivery, deleted = excluded.deleted,
                  pushed_at_ms = excluded.pushed_at_ms, updated_at_ms = excluded.updated_at_ms,
                  heard_seq = excluded.heard_seq

-- name: remove_link
-- in: entity text, external_id text, source text
delete from source_links where entity = :entity and external_id = :external_id and source = :source

-- name: count_links
-- in: source text, entity text
-- out: links int
select count(*) from source_links where entity = :entity and source = :source and deleted = 0

-- name: gives_native_ids
-- in: source text, entity text
-- out: found int
select case when exists (select 1 from source_links where source = :source and entity = :entity and native_id is not null) then 1 else 0 end

-- name: load_base
-- in: entity text, external_id text
-- out: entity text, external_id text, version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, created_at_ms int, updated_at_ms int, merged_into text, erased_at_ms int
select entity, external_id, version, row_version, deleted, fields, provenance, tombstone, last_source, head_source,
       head_seq, created_at_ms, updated_at_ms, null, 0
  from record_bases
 where entity = :entity and external_id = :external_id

-- name: put_base
-- in: entity text, external_id text, version int, row_version int, deleted int, fields text, provenance text, tombstone text, last_source text, head_source text, head_seq int, created_at_ms int, updated_at_ms int
insert into record_bases (entity, external_id, version, row_version, deleted, fields, provenance, tombstone,
                          last_source, head_source, head_seq, created_at_ms, updated_at_ms)
values (:entity, :external_id, :version, :row_version, :deleted, :fields, :provenance, :tombstone, :last_source,
        :head_source, :head_seq, :created_at_ms, :updated_at_ms)
    on conflict (entity, external_id)
    do update set version = excluded.version, row_version = excluded.row_version, deleted = excluded.deleted,
                  fields = excluded.fields, provenance = excluded.provenance, tombstone = excluded.tombstone,
                  last_source = excluded.last_source, head_source = excluded.head_source,
                  head_seq = excluded.head_seq, updated_at_ms = excluded.updated_at_ms

-- name: remove_base
-- in: entity text, external_id text
delete from record_bases where entity = :entity and external_id = :external_id
