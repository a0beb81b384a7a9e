-- What is installed in the application's file. The texts stay readable there: `.schema syncline*` shows them.

-- name: inbound_mark
CREATE TABLE syncline_inbound_mark (
  -- The row that the hub is writing; only ever here inside the hub's own transaction. pk null: a row to be inserted.
  one INTEGER PRIMARY KEY CHECK (one = 1),
  tbl TEXT NOT NULL,
  pk TEXT
);

-- name: pushed
CREATE TABLE syncline_pushed (
  -- What the hub's last pushes ended with, for their repeats.
  id INTEGER PRIMARY KEY,
  idempotency_key TEXT NOT NULL UNIQUE,
  tbl TEXT NOT NULL,
  pk TEXT NOT NULL,
  version TEXT NOT NULL,
  body TEXT NOT NULL,
  at_ms INTEGER NOT NULL
);

-- name: outbox
CREATE TABLE {{outbox}} (
  -- What others than the hub wrote, until the hub has it: op I, U or D, the names of the changed columns as a JSON
  -- array, and the whole row as it was then (of a deleted one: as it was before).
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  op TEXT NOT NULL,
  pk,
  changed TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  {{outbox_columns}}
);

-- name: outbox_column
ALTER TABLE {{outbox}} ADD COLUMN {{column}};

-- name: outbox_start
-- Numbers begin at the clock: an outbox that is made again never repeats numbers that the hub has seen.
INSERT INTO sqlite_sequence (name, seq) VALUES ({{outbox_text}}, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));

-- name: outbox_gap
-- A gap in the numbers tells the hub that writes went by uncaptured: it reads the table again.
UPDATE sqlite_sequence SET seq = max(seq + 2, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
WHERE name = {{outbox_text}};

-- name: insert_trigger
CREATE TRIGGER {{insert_trigger}} AFTER INSERT ON {{table}}
WHEN NOT EXISTS (SELECT 1 FROM syncline_inbound_mark
                 WHERE tbl = {{table_text}} AND (pk IS NULL OR pk = CAST(new.{{pk}} AS TEXT)))
BEGIN
  INSERT INTO {{outbox}} (op, pk, changed, at_ms, {{outbox_columns}})
  VALUES ('I', new.{{pk}}, {{all_names}}, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), {{new_values}});
END;

-- name: update_trigger
CREATE TRIGGER {{update_trigger}} AFTER UPDATE ON {{table}}
WHEN old.{{pk}} COLLATE BINARY IS new.{{pk}}
 AND ({{any_changed}})
 AND NOT EXISTS (SELECT 1 FROM syncline_inbound_mark
                 WHERE tbl = {{table_text}} AND (pk IS NULL OR pk = CAST(new.{{pk}} AS TEXT)))
BEGIN
  INSERT INTO {{outbox}} (op, pk, changed, at_ms, {{outbox_columns}})
  VALUES ('U', new.{{pk}}, {{changed_names}}, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), {{new_values}});
END;

-- name: move_trigger
CREATE TRIGGER {{move_trigger}} AFTER UPDATE ON {{table}}
WHEN old.{{pk}} COLLATE BINARY IS NOT new.{{pk}}
BEGIN
  INSERT INTO {{outbox}} (op, pk, changed, at_ms, {{outbox_columns}})
  VALUES ('D', old.{{pk}}, {{all_names}}, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), {{old_values}}),
         ('I', new.{{pk}}, {{all_names}}, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), {{new_values}});
END;

-- name: delete_trigger
CREATE TRIGGER {{delete_trigger}} AFTER DELETE ON {{table}}
WHEN NOT EXISTS (SELECT 1 FROM syncline_inbound_mark
                 WHERE tbl = {{table_text}} AND (pk IS NULL OR pk = CAST(old.{{pk}} AS TEXT)))
BEGIN
  INSERT INTO {{outbox}} (op, pk, changed, at_ms, {{outbox_columns}})
  VALUES ('D', old.{{pk}}, {{all_names}}, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), {{old_values}});
END;

-- name: drop_trigger
DROP TRIGGER {{trigger}};

-- name: drop_table
DROP TABLE {{outbox}};
