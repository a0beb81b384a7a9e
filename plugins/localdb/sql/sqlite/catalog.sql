-- name: table_kind
SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?1;

-- name: table_names
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
AND name NOT LIKE 'syncline\_%' ESCAPE '\' ORDER BY name;

-- name: table_columns
-- hidden: 2 and 3 are generated columns, 1 is a hidden one of a virtual table.
SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid;

-- name: own_objects
SELECT type, name, sql FROM sqlite_schema
WHERE type IN ('table', 'trigger') AND name LIKE 'syncline\_%' ESCAPE '\' ORDER BY type DESC, name;
