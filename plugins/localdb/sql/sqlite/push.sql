-- name: row_by_pk
SELECT {{pk}}, {{columns}} FROM {{table}} WHERE {{pk}} = ?1;

-- name: row_by_key
SELECT {{pk}}, {{columns}} FROM {{table}} WHERE {{key}} = ?1 LIMIT 2;

-- name: insert
INSERT INTO {{table}} ({{written}}) VALUES ({{parameters}}) RETURNING {{pk}};

-- name: update
-- The last parameter is the primary key.
UPDATE {{table}} SET {{assignments}} WHERE {{pk}} = ?{{parameter_count}};

-- name: delete
DELETE FROM {{table}} WHERE {{pk}} = ?1;

-- name: captured_keys
SELECT pk FROM {{outbox}} WHERE seq > ?1 ORDER BY seq LIMIT ?2;

-- name: capture_again
INSERT INTO {{outbox}} (op, pk, changed, at_ms, {{outbox_columns}})
SELECT ?2, {{pk}}, ?3, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), {{columns}}
FROM {{table}} WHERE {{pk}} = ?1;

-- name: set_mark
INSERT OR REPLACE INTO syncline_inbound_mark (one, tbl, pk) VALUES (1, ?1, ?2);

-- name: clear_mark
DELETE FROM syncline_inbound_mark;

-- name: find_pushed
SELECT pk, version, body FROM syncline_pushed WHERE idempotency_key = ?1 AND tbl = ?2;

-- name: add_pushed
INSERT INTO syncline_pushed (idempotency_key, tbl, pk, version, body, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));

-- name: forget_pushed
-- The oldest ones beyond ?1, at most 1,000 at once.
DELETE FROM syncline_pushed WHERE id <= (SELECT max(id) - ?1 FROM syncline_pushed)
AND id < (SELECT min(id) + 1000 FROM syncline_pushed);
