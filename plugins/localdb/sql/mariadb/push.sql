-- Each statement takes its rows as one JSON text: o is an item's place, k its primary key.

-- name: set_mark
-- The variable outlives the transaction, whether it commits or not: it is cleared after each.
SET @sync_inbound = {{table_text}};

-- name: clear_mark
SET @sync_inbound = NULL;

-- name: find_pushed
SELECT p.idempotency_key, p.pk, p.version, p.body FROM JSON_TABLE(?, '$[*]' COLUMNS (k VARCHAR(300) PATH '$')) i
STRAIGHT_JOIN syncline_pushed p ON p.idempotency_key = CONVERT(i.k USING utf8mb4) COLLATE utf8mb4_bin AND p.tbl = {{table_text}};

-- name: lock_rows
SELECT i.o, r.{{pk}}, {{row_columns}} FROM JSON_TABLE(?, '$[*]' COLUMNS (o BIGINT PATH '$.o', k VARCHAR(1024) PATH '$.k')) i
STRAIGHT_JOIN {{table}} r ON r.{{pk}} = {{pk_is}} ORDER BY r.{{pk}} FOR UPDATE;

-- name: lock_rows_by_key
SELECT i.o, r.{{pk}}, {{row_columns}} FROM JSON_TABLE(?, '$[*]' COLUMNS (o BIGINT PATH '$.o', k LONGTEXT PATH '$.k')) i
STRAIGHT_JOIN {{table}} r ON r.{{key}} = {{key_is}} ORDER BY r.{{pk}} FOR UPDATE;

-- name: rows_by_pk
SELECT i.o, r.{{pk}}, {{row_columns}} FROM JSON_TABLE(?, '$[*]' COLUMNS (o BIGINT PATH '$.o', k VARCHAR(1024) PATH '$.k')) i
STRAIGHT_JOIN {{table}} r ON r.{{pk}} = {{pk_is}};

-- name: insert_rows
INSERT INTO {{table}} ({{written}}) SELECT {{values}} FROM JSON_TABLE(?, '$[*]' COLUMNS (o BIGINT PATH '$.o', {{shape}})) i
ORDER BY i.o RETURNING {{pk}};

-- name: update_rows
UPDATE JSON_TABLE(?, '$[*]' COLUMNS (k VARCHAR(1024) PATH '$.k', {{shape}})) i
STRAIGHT_JOIN {{table}} r ON r.{{pk}} = {{pk_is}} SET {{assignments}};

-- name: delete_rows
DELETE r FROM JSON_TABLE(?, '$[*]' COLUMNS (k VARCHAR(1024) PATH '$.k')) i STRAIGHT_JOIN {{table}} r ON r.{{pk}} = {{pk_is}};

-- name: on_their_way
(SELECT pk FROM {{captured}} LIMIT 1000) UNION ALL (SELECT pk FROM {{outbox}} WHERE seq > ? ORDER BY seq LIMIT 1000);

-- name: capture_again
INSERT INTO {{captured}} (op, pk, key_value, changed)
SELECT i.p, i.k, i.v, i.n FROM JSON_TABLE(?, '$[*]' COLUMNS (o BIGINT PATH '$.o', p CHAR(1) PATH '$.p',
  k VARCHAR(1024) PATH '$.k', v LONGTEXT PATH '$.v', n LONGTEXT PATH '$.n')) i ORDER BY i.o;

-- name: add_pushed
INSERT INTO syncline_pushed (idempotency_key, tbl, pk, version, body)
SELECT i.i, {{table_text}}, i.k, i.v, i.b FROM JSON_TABLE(?, '$[*]' COLUMNS (o BIGINT PATH '$.o', i VARCHAR(300) PATH '$.i',
  k VARCHAR(1024) PATH '$.k', v VARCHAR(64) PATH '$.v', b LONGTEXT PATH '$.b')) i ORDER BY i.o
ON DUPLICATE KEY UPDATE syncline_pushed.id = syncline_pushed.id;

-- name: forget_pushed
-- The oldest ones beyond the number that is bound, at most 1,000 at once.
DELETE FROM syncline_pushed WHERE id <= (SELECT most FROM (SELECT MAX(id) - ? AS most FROM syncline_pushed) newest)
AND id < (SELECT least FROM (SELECT MIN(id) + 1000 AS least FROM syncline_pushed) oldest);
