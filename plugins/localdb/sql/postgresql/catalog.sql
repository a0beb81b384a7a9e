-- name: table_kind
-- By its name in the search path, else as schema.table.
SELECT n.nspname, c.relname, c.relkind::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relname = $1 AND n.nspname = ANY (current_schemas(false)) OR n.nspname || '.' || c.relname = $1)
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY (c.relname = $1) DESC, array_position(current_schemas(false), n.nspname) LIMIT 1;

-- name: table_names
SELECT CASE WHEN n.nspname = ANY (current_schemas(false)) THEN c.relname ELSE n.nspname || '.' || c.relname END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'syncline') AND n.nspname NOT LIKE 'pg\_%'
ORDER BY 1;

-- name: table_columns
SELECT a.attname, format_type(a.atttypid, a.atttypmod), (a.attgenerated <> '' OR a.attidentity = 'a')::int,
  EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))::int,
  t.typname
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = format('%I.%I', $1::text, $2::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum;

-- name: own_objects
-- A trigger counts only while it is enabled. Its text is its function's.
SELECT 'table', c.relname, '' FROM pg_class c WHERE c.relnamespace = to_regnamespace('syncline') AND c.relkind = 'r'
UNION ALL
SELECT 'trigger', p.proname, CASE WHEN EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgenabled IN ('O', 'A'))
                                  THEN p.prosrc ELSE '' END
FROM pg_proc p WHERE p.pronamespace = to_regnamespace('syncline') AND p.proname LIKE 'syncline\_%';
