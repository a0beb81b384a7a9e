-- name: first_page
SELECT {{pk}}, {{columns}} FROM {{table}} WHERE typeof({{pk}}) IN ('integer', 'text') ORDER BY {{pk}} LIMIT ?1;

-- name: next_page
SELECT {{pk}}, {{columns}} FROM {{table}} WHERE {{pk}} > ?1 AND typeof({{pk}}) IN ('integer', 'text')
ORDER BY {{pk}} LIMIT ?2;

-- name: captured_changes
SELECT seq, op, pk, changed, at_ms, {{outbox_columns}} FROM {{outbox}} WHERE seq > ?1 ORDER BY seq LIMIT ?2;

-- name: last_captured
SELECT seq FROM sqlite_sequence WHERE name = {{outbox_text}};

-- name: oldest_captured
SELECT seq, at_ms FROM {{outbox}} ORDER BY seq LIMIT 1;

-- name: forget_captured
DELETE FROM {{outbox}} WHERE seq <= ?1 AND at_ms <= ?2;
