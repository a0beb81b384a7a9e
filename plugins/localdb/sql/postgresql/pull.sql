-- name: first_page
SELECT {{pk}}, {{columns}} FROM {{table}} ORDER BY {{pk}} LIMIT $1;

-- name: next_page
SELECT {{pk}}, {{columns}} FROM {{table}} WHERE {{pk}} > $1::{{pk_type}} ORDER BY {{pk}} LIMIT $2;

-- name: any_captured
SELECT 1 FROM {{captured}} LIMIT 1;

-- name: pending
SELECT 1 WHERE EXISTS (SELECT 1 FROM {{captured}}) OR EXISTS (SELECT 1 FROM {{outbox}} WHERE seq > $1);

-- name: number
-- Only rows of committed transactions can be seen. Those of one transaction stay together, and come after those of every
-- other one that wrote the same row before: its last number in the sequence is the greater one.
WITH taken AS (
  DELETE FROM {{captured}} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {{captured}} ORDER BY seq LIMIT 10000))
  RETURNING seq, tx, op, pk, key_value, changed, at
), counted AS (
  UPDATE syncline.syncline_state SET seq = seq + (SELECT count(*) FROM taken) WHERE tbl = {{outbox_text}} RETURNING seq
), ordered AS (
  SELECT t.*, max(seq) OVER (PARTITION BY tx) AS of_tx FROM taken t
)
INSERT INTO {{outbox}} (seq, op, pk, key_value, changed, at_ms)
SELECT (SELECT seq FROM counted) - count(*) OVER () + row_number() OVER (ORDER BY of_tx, seq), op, pk, key_value, changed,
  (extract(epoch FROM at) * 1000)::bigint
FROM ordered;

-- name: captured_changes
SELECT o.seq, o.op, o.pk, o.changed, o.at_ms, {{row_columns}}, (r.{{pk}} IS NOT NULL)::int, o.key_value
FROM (SELECT * FROM {{outbox}} WHERE seq > $1 ORDER BY seq LIMIT $2) o
LEFT JOIN {{table}} r ON r.{{pk}} = o.pk::{{pk_type}}
ORDER BY o.seq;

-- name: last_captured
SELECT seq FROM syncline.syncline_state WHERE tbl = {{outbox_text}};

-- name: oldest_captured
SELECT seq, at_ms FROM {{outbox}} ORDER BY seq LIMIT 1;

-- name: forget_captured
DELETE FROM {{outbox}} WHERE seq <= $1 AND at_ms <= $2;
