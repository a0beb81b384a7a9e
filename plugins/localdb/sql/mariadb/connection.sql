-- name: prepare_connection
-- Strict, so that a value is refused rather than cut. Every statement sees what is committed when it begins.
SET time_zone = '+00:00', autocommit = 1, foreign_key_checks = 1,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  tx_isolation = 'READ-COMMITTED';

-- name: begin_read
START TRANSACTION READ ONLY;

-- name: begin_write
START TRANSACTION;

-- name: schema_version
-- What an ALTER, a CREATE or a DROP TRIGGER by anybody changes of what the plugin has installed.
SELECT CONCAT_WS(':', COUNT(*), MAX(created), MD5(GROUP_CONCAT(trigger_name ORDER BY trigger_name)))
FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name LIKE 'syncline\_%';
