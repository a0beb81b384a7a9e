-- What would be installed in a database of SQL Server 2016 or newer; see README.md beside this file. From it the script
-- client.sql is made.

-- name: state
IF SCHEMA_ID(N'syncline') IS NULL EXEC (N'CREATE SCHEMA syncline');
-- The number that was last given to a captured change, for each outbox.
CREATE TABLE syncline.syncline_state (tbl nvarchar(128) NOT NULL PRIMARY KEY, seq bigint NOT NULL);

-- name: pushed
-- What the hub's last pushes ended with, for their repeats.
CREATE TABLE syncline.syncline_pushed (
  id bigint IDENTITY PRIMARY KEY,
  idempotency_key nvarchar(300) COLLATE Latin1_General_BIN2 NOT NULL,
  tbl nvarchar(128) NOT NULL,
  pk nvarchar(1024) NOT NULL,
  version nvarchar(64) NOT NULL,
  body nvarchar(max) NOT NULL,
  at datetime2(3) NOT NULL DEFAULT SYSUTCDATETIME(),
  UNIQUE (idempotency_key, tbl)
);

-- name: captured
-- What was written and has no number yet. Numbers are given by the reader, when a row can be seen and so is committed: IDENTITY
-- gives them in no such order.
CREATE TABLE {{captured}} (
  seq bigint IDENTITY PRIMARY KEY,
  tx bigint NOT NULL DEFAULT CURRENT_TRANSACTION_ID(),
  op char(1) NOT NULL,
  pk nvarchar(1024) NOT NULL,
  key_value nvarchar(max),
  changed nvarchar(max) NOT NULL,
  at datetime2(3) NOT NULL DEFAULT SYSUTCDATETIME()
);

-- name: outbox
-- What others than the hub wrote, until the hub has it: op I, U or D, and the names of the changed columns as a JSON array.
CREATE TABLE {{outbox}} (
  seq bigint NOT NULL PRIMARY KEY,
  op char(1) NOT NULL,
  pk nvarchar(1024) NOT NULL,
  key_value nvarchar(max),
  changed nvarchar(max) NOT NULL,
  at_ms bigint NOT NULL
);

-- name: outbox_start
-- Numbers begin at the clock: an outbox that is made again never repeats numbers that the hub has seen.
INSERT INTO syncline.syncline_state (tbl, seq) VALUES ({{outbox_text}}, DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME()));

-- name: insert_trigger
CREATE OR ALTER TRIGGER {{insert_trigger}} ON {{table}} AFTER INSERT AS
BEGIN -- {{digest}}
  SET NOCOUNT ON;
  -- Only what the hub writes itself is its own: what that causes in other tables or through other triggers is not.
  IF CAST(SESSION_CONTEXT(N'sync_inbound') AS nvarchar(128)) = {{table_text}} AND TRIGGER_NESTLEVEL() = 1 RETURN;
  INSERT INTO {{captured}} (op, pk, changed) SELECT 'I', n.{{pk}}, N'' FROM inserted n;
END;

-- name: update_trigger
CREATE OR ALTER TRIGGER {{update_trigger}} ON {{table}} AFTER UPDATE AS
BEGIN -- {{digest}}
  SET NOCOUNT ON;
  IF CAST(SESSION_CONTEXT(N'sync_inbound') AS nvarchar(128)) = {{table_text}} AND TRIGGER_NESTLEVEL() = 1 RETURN;
  -- A primary key that was changed: the row that was there is gone, and another one has come.
  INSERT INTO {{captured}} (op, pk, key_value, changed)
  SELECT 'D', o.{{pk}}, {{old_key}}, N'' FROM deleted o WHERE NOT EXISTS (SELECT 1 FROM inserted n WHERE n.{{pk}} = o.{{pk}});
  INSERT INTO {{captured}} (op, pk, changed)
  SELECT 'I', n.{{pk}}, N'' FROM inserted n WHERE NOT EXISTS (SELECT 1 FROM deleted o WHERE o.{{pk}} = n.{{pk}});
  INSERT INTO {{captured}} (op, pk, changed)
  SELECT 'U', n.{{pk}}, {{changed_names}}
  FROM inserted n JOIN deleted o ON o.{{pk}} = n.{{pk}}
  WHERE {{any_changed}};
END;

-- name: delete_trigger
CREATE OR ALTER TRIGGER {{delete_trigger}} ON {{table}} AFTER DELETE AS
BEGIN -- {{digest}}
  SET NOCOUNT ON;
  IF CAST(SESSION_CONTEXT(N'sync_inbound') AS nvarchar(128)) = {{table_text}} AND TRIGGER_NESTLEVEL() = 1 RETURN;
  INSERT INTO {{captured}} (op, pk, key_value, changed) SELECT 'D', o.{{pk}}, {{old_key}}, N'' FROM deleted o;
END;
