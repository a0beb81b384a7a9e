-- name: table_kind
SELECT table_type, engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?;

-- name: table_names
SELECT table_name FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'syncline\_%' ORDER BY table_name;

-- name: table_columns
SELECT column_name, column_type, data_type, collation_name, column_key, is_generated = 'ALWAYS'
FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position;

-- name: own_objects
SELECT 'table', table_name, '' FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_name LIKE 'syncline\_%'
UNION ALL
SELECT 'trigger', trigger_name, action_statement FROM information_schema.triggers
WHERE trigger_schema = DATABASE() AND trigger_name LIKE 'syncline\_%';
