-- Finding records by their values, and what the store was built for.

-- name: find_matches
-- in: entity text, fields text, match_values text
-- out: external_id text
select external_id
  from match_keys
 where entity = :entity and fields = :fields and match_values = :match_values
 order by external_id

-- name: remove_match_key
-- in: entity text, fields text, match_values text, external_id text
delete from match_keys
 where entity = :entity and fields = :fields and match_values = :match_values and external_id = :external_id

-- name: insert_match_key
-- in: entity text, fields text, match_values text, external_id text
insert into match_keys (entity, fields, match_values, external_id)
values (:entity, :fields, :match_values, :external_id)

-- name: remove_all_match_keys
delete from match_keys

-- name: load_setting
-- in: name text
-- out: value text
select value from store_settings where name = :name

-- name: put_setting
-- in: name text, value text
insert into store_settings (name, value) values (:name, :value)
    on conflict (name) do update set value = excluded.value
