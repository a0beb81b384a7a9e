-- Each statement takes its rows as one JSON text: o is an item's place, k its primary key.

-- name: set_mark
-- Only in this transaction, and only for what is written to this table directly; see not_inbound in the triggers.
SELECT set_config('syncline.inbound', {{table_text}}, true);

-- name: find_pushed
SELECT idempotency_key, pk, version, body FROM syncline.syncline_pushed
WHERE tbl = {{table_text}} AND idempotency_key = ANY (ARRAY(SELECT json_array_elements_text($1::json)));

-- name: lock_rows
SELECT i.o, r.{{pk}}, {{row_columns}} FROM json_to_recordset($1::json) AS i(o bigint, k text)
JOIN {{table}} r ON r.{{pk}} = i.k::{{pk_type}} ORDER BY r.{{pk}} FOR NO KEY UPDATE OF r;

-- name: lock_rows_by_key
SELECT i.o, r.{{pk}}, {{row_columns}} FROM json_to_recordset($1::json) AS i(o bigint, k text)
JOIN {{table}} r ON r.{{key}} = i.k::{{key_type}} ORDER BY r.{{pk}} FOR NO KEY UPDATE OF r;

-- name: rows_by_pk
SELECT i.o, r.{{pk}}, {{row_columns}} FROM json_to_recordset($1::json) AS i(o bigint, k text)
JOIN {{table}} r ON r.{{pk}} = i.k::{{pk_type}};

-- name: insert_rows
INSERT INTO {{table}} ({{written}}) SELECT {{values}} FROM json_to_recordset($1::json) AS i(o bigint, {{shape}})
ORDER BY i.o RETURNING {{pk}};

-- name: update_rows
UPDATE {{table}} r SET {{assignments}} FROM json_to_recordset($1::json) AS i(k text, {{shape}})
WHERE r.{{pk}} = i.k::{{pk_type}};

-- name: delete_rows
DELETE FROM {{table}} r USING json_to_recordset($1::json) AS i(k text) WHERE r.{{pk}} = i.k::{{pk_type}};

-- name: on_their_way
SELECT pk FROM ((SELECT pk FROM {{captured}} LIMIT 1000)
                UNION ALL (SELECT pk FROM {{outbox}} WHERE seq > $1 ORDER BY seq LIMIT 1000)) x;

-- name: capture_again
INSERT INTO {{captured}} (op, pk, key_value, changed)
SELECT i.p, i.k, i.v, i.n FROM json_to_recordset($1::json) AS i(o bigint, p text, k text, v text, n text) ORDER BY i.o;

-- name: add_pushed
INSERT INTO syncline.syncline_pushed (idempotency_key, tbl, pk, version, body)
SELECT i.i, {{table_text}}, i.k, i.v, i.b FROM json_to_recordset($1::json) AS i(o bigint, i text, k text, v text, b text)
ORDER BY i.o ON CONFLICT DO NOTHING;

-- name: forget_pushed
-- The oldest ones beyond $1, at most 1,000 at once.
DELETE FROM syncline.syncline_pushed WHERE id <= (SELECT max(id) - $1::bigint FROM syncline.syncline_pushed)
AND id < (SELECT min(id) + 1000 FROM syncline.syncline_pushed);
