-- name: begin_read
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: begin_write
BEGIN;

-- name: schema_version
-- What an ALTER, a CREATE TRIGGER or a DISABLE TRIGGER by anybody changes of what the plugin has installed or maps.
SELECT md5(coalesce(string_agg(t.oid || ':' || t.xmin || ':' || t.tgenabled::text || ':' || c.xmin || ':' ||
                               coalesce(p.xmin::text, ''), ',' ORDER BY t.oid), ''))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid LEFT JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname LIKE 'syncline\_%' AND NOT t.tgisinternal;

-- name: listen
LISTEN syncline;

-- name: begin_idle
-- The number is "SYNCLINE". Whoever writes holds it shared until the end of the transaction.
SELECT pg_try_advisory_lock(6005917629024915013)::int;

-- name: end_idle
SELECT pg_advisory_unlock(6005917629024915013);
