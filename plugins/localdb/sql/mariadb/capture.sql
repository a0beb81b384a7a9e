-- What is installed in the application's database.
--
-- A trigger notes which row was written and which columns, not their values: those are read when the hub asks. So it costs
-- the application little, and what is told of a row is always its latest state.

-- name: state
-- The number that was last given to a captured change, for each outbox.
CREATE TABLE syncline_state (tbl VARCHAR(64) NOT NULL PRIMARY KEY, seq BIGINT NOT NULL)
ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- name: pushed
-- What the hub's last pushes ended with, for their repeats.
CREATE TABLE syncline_pushed (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  idempotency_key VARCHAR(300) NOT NULL,
  tbl VARCHAR(64) NOT NULL,
  pk VARCHAR(1024) NOT NULL,
  version VARCHAR(64) NOT NULL,
  body LONGTEXT NOT NULL,
  at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE (idempotency_key, tbl)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- name: captured
-- What was written and has no number yet. Numbers are given by the reader, when a row can be seen and so is committed:
-- AUTO_INCREMENT gives them in no such order.
CREATE TABLE IF NOT EXISTS {{captured}} (
  seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  op CHAR(1) NOT NULL,
  pk VARCHAR(1024) NOT NULL,
  key_value LONGTEXT,
  changed LONGTEXT NOT NULL,
  at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- name: outbox
-- What others than the hub wrote, until the hub has it: op I, U or D, and the names of the changed columns as a JSON array.
-- captured: its place among the captured ones, by which it is removed there.
CREATE TABLE IF NOT EXISTS {{outbox}} (
  seq BIGINT NOT NULL PRIMARY KEY,
  captured BIGINT NOT NULL,
  op CHAR(1) NOT NULL,
  pk VARCHAR(1024) NOT NULL,
  key_value LONGTEXT,
  changed LONGTEXT NOT NULL,
  at_ms BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- name: outbox_start
-- Numbers begin at the clock: an outbox that is made again never repeats numbers that the hub has seen.
INSERT INTO syncline_state (tbl, seq) VALUES ({{outbox_text}}, FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000))
ON DUPLICATE KEY UPDATE seq = GREATEST(seq + 2, VALUES(seq));

-- name: outbox_gap
-- A gap in the numbers tells the hub that writes went by uncaptured: it reads the table again.
UPDATE syncline_state SET seq = GREATEST(seq + 2, FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000)) WHERE tbl = {{outbox_text}};

-- name: insert_trigger
-- The label tells one text of a trigger from another: a comment would not get through every client.
CREATE TRIGGER {{insert_trigger}} AFTER INSERT ON {{table}} FOR EACH ROW
`{{digest}}`: BEGIN
  IF NOT (@sync_inbound <=> {{table_text}}) THEN
    INSERT INTO {{captured}} (op, pk, changed) VALUES ('I', NEW.{{pk}}, '');
  END IF;
END;

-- name: update_trigger
CREATE TRIGGER {{update_trigger}} AFTER UPDATE ON {{table}} FOR EACH ROW
`{{digest}}`: BEGIN
  IF {{pk_changed}} THEN
    INSERT INTO {{captured}} (op, pk, key_value, changed) VALUES ('D', OLD.{{pk}}, {{old_key}}, ''), ('I', NEW.{{pk}}, NULL, '');
  ELSEIF NOT (@sync_inbound <=> {{table_text}}) AND ({{any_changed}}) THEN
    INSERT INTO {{captured}} (op, pk, changed) VALUES ('U', NEW.{{pk}}, {{changed_names}});
  END IF;
END;

-- name: delete_trigger
CREATE TRIGGER {{delete_trigger}} AFTER DELETE ON {{table}} FOR EACH ROW
`{{digest}}`: BEGIN
  IF NOT (@sync_inbound <=> {{table_text}}) THEN
    INSERT INTO {{captured}} (op, pk, key_value, changed) VALUES ('D', OLD.{{pk}}, {{old_key}}, '');
  END IF;
END;

-- name: drop_trigger
DROP TRIGGER {{trigger}};

-- name: drop_table
DROP TABLE {{outbox}};
