-- Splits the store's large tables into 16 partitions by hash, in place. Run it with psql while no hub runs, on an empty store
-- or on one that has grown; docs/scaling.md says when that pays:
--
--   psql "$STORE_URL" -v ON_ERROR_STOP=1 --single-transaction -f sql/scaling/partition_postgresql.sql
--
-- Tables of records go by the record key, so that all of a record lies in partitions of one number. A unique index of a
-- partitioned table must contain what it is split by; those that do not become plain ones. What they guard is guarded by the
-- hub itself: it looks before it writes, and one transaction writes at a time (docs/adr/0011-postgresql-store.md).

create function pg_temp.split(name text, by_column text, partitions int) returns void language plpgsql as $split$
declare
  whole text := name || '_whole';
  key text := (select pg_get_constraintdef(oid) from pg_constraint where conrelid = name::regclass and contype = 'p');
  indexes text[] := array(
    select case when a.attnum = any (i.indkey) then pg_get_indexdef(i.indexrelid)
                else replace(pg_get_indexdef(i.indexrelid), 'CREATE UNIQUE INDEX', 'CREATE INDEX') end
      from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attname = by_column
     where i.indrelid = name::regclass and not i.indisprimary);
  one text;
begin
  execute format('alter table %I rename to %I', name, whole);
  execute format('create table %I (like %I) partition by hash (%I)', name, whole, by_column);
  for part in 0 .. partitions - 1 loop
    execute format('create table %I partition of %I for values with (modulus %s, remainder %s)', name || '_' || part, name,
                   partitions, part);
  end loop;
  execute format('insert into %I select * from %I', name, whole);
  execute format('drop table %I', whole);
  execute format('alter table %I add %s', name, key);
  foreach one in array indexes loop
    execute one;
  end loop;
end $split$;

create temporary table kept_view on commit drop as select pg_get_viewdef('settled_changes') as definition;
drop view settled_changes;

select pg_temp.split(name, by_column, 16)
  from (values ('canonical_records', 'external_id'), ('record_bases', 'external_id'), ('source_links', 'external_id'),
               ('outbound_changes', 'external_id'), ('delivery_log', 'external_id'), ('waiting_changes', 'external_id'),
               ('conflict_log', 'external_id'), ('conflict_fields', 'external_id'), ('match_keys', 'match_values'),
               ('snapshot_rows', 'native_id'), ('source_records', 'seq')) as tables (name, by_column);

do $$ begin execute 'create view settled_changes as ' || (select definition from kept_view); end $$;
