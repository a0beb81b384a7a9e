-- What is installed in the application's database, all of it in the schema "syncline" but for the triggers. DROP SCHEMA
-- syncline CASCADE takes it all away again.
--
-- A trigger notes which row was written and which columns, not their values: those are read when the hub asks. So it costs
-- the application little, and what is told of a row is always its latest state.

-- name: state
CREATE SCHEMA IF NOT EXISTS syncline;
GRANT USAGE ON SCHEMA syncline TO PUBLIC;
-- The number that was last given to a captured change, for each outbox.
CREATE TABLE syncline.syncline_state (tbl text PRIMARY KEY, seq bigint NOT NULL);

-- name: pushed
-- What the hub's last pushes ended with, for their repeats.
CREATE TABLE syncline.syncline_pushed (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  idempotency_key text NOT NULL,
  tbl text NOT NULL,
  pk text NOT NULL,
  version text NOT NULL,
  body text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (idempotency_key, tbl)
);

-- name: captured
-- What was written and has no number yet. Numbers are given by the reader, when a row can be seen and so is committed:
-- the numbers that the writers draw from a sequence are in no such order.
CREATE TABLE IF NOT EXISTS {{captured}} (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  op text NOT NULL,
  pk text NOT NULL,
  key_value text,
  changed text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Whoever may write the table runs its triggers.
GRANT INSERT ON {{captured}} TO PUBLIC;

-- name: outbox
-- What others than the hub wrote, until the hub has it: op I, U or D, and the names of the changed columns as a JSON array.
CREATE TABLE IF NOT EXISTS {{outbox}} (
  seq bigint PRIMARY KEY,
  op text NOT NULL,
  pk text NOT NULL,
  key_value text,
  changed text NOT NULL,
  at_ms bigint NOT NULL
);

-- name: outbox_start
-- Numbers begin at the clock: an outbox that is made again never repeats numbers that the hub has seen.
INSERT INTO syncline.syncline_state (tbl, seq) VALUES ({{outbox_text}}, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
ON CONFLICT (tbl) DO UPDATE SET seq = greatest(syncline_state.seq + 2, excluded.seq);

-- name: outbox_gap
-- A gap in the numbers tells the hub that writes went by uncaptured: it reads the table again.
UPDATE syncline.syncline_state SET seq = greatest(seq + 2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
WHERE tbl = {{outbox_text}};

-- name: insert_trigger
-- While the hub waits it holds the lock, and then it is notified; while it reads it does not, for a NOTIFY takes a lock that
-- all commits of a server share.
CREATE OR REPLACE FUNCTION {{insert_function}}() RETURNS trigger LANGUAGE plpgsql AS $syncline$
-- {{digest}}
BEGIN
  INSERT INTO {{captured}} (op, pk, changed) SELECT 'I', new_rows.{{pk}}, '' FROM new_rows;
  IF FOUND AND NOT pg_try_advisory_xact_lock_shared(6005917629024915013) THEN PERFORM pg_notify('syncline', ''); END IF;
  RETURN NULL;
END $syncline$;
CREATE OR REPLACE TRIGGER {{insert_trigger}} AFTER INSERT ON {{table}}
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ({{not_inbound}})
EXECUTE FUNCTION {{insert_function}}();

-- name: update_trigger
CREATE OR REPLACE FUNCTION {{update_function}}() RETURNS trigger LANGUAGE plpgsql AS $syncline$
-- {{digest}}
BEGIN
  IF {{pk_changed}} THEN
    INSERT INTO {{captured}} (op, pk, key_value, changed) VALUES ('D', OLD.{{pk}}, {{old_key}}, ''), ('I', NEW.{{pk}}, NULL, '');
  ELSE
    INSERT INTO {{captured}} (op, pk, changed) VALUES ('U', NEW.{{pk}}, {{changed_names}});
  END IF;
  IF NOT pg_try_advisory_xact_lock_shared(6005917629024915013) THEN PERFORM pg_notify('syncline', ''); END IF;
  RETURN NULL;
END $syncline$;
CREATE OR REPLACE TRIGGER {{update_trigger}} AFTER UPDATE ON {{table}}
FOR EACH ROW WHEN (({{not_inbound}}) AND ({{pk_changed}}
  OR {{any_changed}}))
EXECUTE FUNCTION {{update_function}}();

-- name: delete_trigger
CREATE OR REPLACE FUNCTION {{delete_function}}() RETURNS trigger LANGUAGE plpgsql AS $syncline$
-- {{digest}}
BEGIN
  INSERT INTO {{captured}} (op, pk, key_value, changed) SELECT 'D', old_rows.{{pk}}, {{old_rows_key}}, '' FROM old_rows;
  IF FOUND AND NOT pg_try_advisory_xact_lock_shared(6005917629024915013) THEN PERFORM pg_notify('syncline', ''); END IF;
  RETURN NULL;
END $syncline$;
CREATE OR REPLACE TRIGGER {{delete_trigger}} AFTER DELETE ON {{table}}
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ({{not_inbound}})
EXECUTE FUNCTION {{delete_function}}();

-- name: truncate_trigger
-- Before it: the rows are still there to be counted as deleted.
CREATE OR REPLACE FUNCTION {{truncate_function}}() RETURNS trigger LANGUAGE plpgsql AS $syncline$
-- {{digest}}
BEGIN
  INSERT INTO {{captured}} (op, pk, key_value, changed) SELECT 'D', old_rows.{{pk}}, {{old_rows_key}}, '' FROM {{table}} old_rows;
  PERFORM pg_notify('syncline', '');
  RETURN NULL;
END $syncline$;
CREATE OR REPLACE TRIGGER {{truncate_trigger}} BEFORE TRUNCATE ON {{table}}
FOR EACH STATEMENT EXECUTE FUNCTION {{truncate_function}}();

-- name: drop_trigger
DROP FUNCTION IF EXISTS {{trigger}}() CASCADE;

-- name: drop_table
DROP TABLE IF EXISTS {{outbox}};
