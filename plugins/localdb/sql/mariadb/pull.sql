-- name: first_page
SELECT {{pk}}, {{columns}} FROM {{table}} ORDER BY {{pk}} LIMIT ?;

-- name: next_page
SELECT {{pk}}, {{columns}} FROM {{table}} WHERE {{pk}} > {{after}} ORDER BY {{pk}} LIMIT ?;

-- name: any_captured
SELECT 1 FROM {{captured}} LIMIT 1;

-- name: pending
SELECT 1 FROM DUAL WHERE EXISTS (SELECT 1 FROM {{captured}}) OR EXISTS (SELECT 1 FROM {{outbox}} WHERE seq > ?);

-- name: number_lock
-- One reader at a time.
SELECT seq FROM syncline_state WHERE tbl = {{outbox_text}} FOR UPDATE;

-- name: number
-- At READ COMMITTED this sees rows of committed transactions only, and locks none.
INSERT INTO {{outbox}} (seq, captured, op, pk, key_value, changed, at_ms)
SELECT s.seq + ROW_NUMBER() OVER (ORDER BY c.seq), c.seq, c.op, c.pk, c.key_value, c.changed,
  FLOOR(UNIX_TIMESTAMP(c.at) * 1000)
FROM (SELECT * FROM {{captured}} ORDER BY seq LIMIT 10000) c JOIN syncline_state s ON s.tbl = {{outbox_text}};

-- name: number_remove
DELETE c FROM {{outbox}} o JOIN syncline_state s ON s.tbl = {{outbox_text}} JOIN {{captured}} c ON c.seq = o.captured
WHERE o.seq > s.seq;

-- name: number_count
UPDATE syncline_state SET seq = GREATEST(seq, COALESCE((SELECT MAX(seq) FROM {{outbox}}), 0)) WHERE tbl = {{outbox_text}};

-- name: captured_changes
SELECT o.seq, o.op, o.pk, o.changed, o.at_ms, {{row_columns}}, r.{{pk}} IS NOT NULL, o.key_value
FROM (SELECT * FROM {{outbox}} WHERE seq > ? ORDER BY seq LIMIT ?) o
LEFT JOIN {{table}} r ON r.{{pk}} = {{outbox_pk_is}}
ORDER BY o.seq;

-- name: last_captured
SELECT seq FROM syncline_state WHERE tbl = {{outbox_text}};

-- name: oldest_captured
SELECT seq, at_ms FROM {{outbox}} ORDER BY seq LIMIT 1;

-- name: forget_captured
DELETE FROM {{outbox}} WHERE seq <= ? AND at_ms <= ?;
