-- Made from capture.sql; not run on a server: see README.md.

IF SCHEMA_ID(N'syncline') IS NULL EXEC (N'CREATE SCHEMA syncline');
-- The number that was last given to a captured change, for each outbox.
CREATE TABLE syncline.syncline_state (tbl nvarchar(128) NOT NULL PRIMARY KEY, seq bigint NOT NULL);
GO

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
GO

-- What was written and has no number yet. Numbers are given by the reader, when a row can be seen and so is committed: IDENTITY
-- gives them in no such order.
CREATE TABLE syncline.[syncline_captured_client] (
  seq bigint IDENTITY PRIMARY KEY,
  tx bigint NOT NULL DEFAULT CURRENT_TRANSACTION_ID(),
  op char(1) NOT NULL,
  pk nvarchar(1024) NOT NULL,
  key_value nvarchar(max),
  changed nvarchar(max) NOT NULL,
  at datetime2(3) NOT NULL DEFAULT SYSUTCDATETIME()
);
GO

-- What others than the hub wrote, until the hub has it: op I, U or D, and the names of the changed columns as a JSON array.
CREATE TABLE syncline.[syncline_outbox_client] (
  seq bigint NOT NULL PRIMARY KEY,
  op char(1) NOT NULL,
  pk nvarchar(1024) NOT NULL,
  key_value nvarchar(max),
  changed nvarchar(max) NOT NULL,
  at_ms bigint NOT NULL
);
GO

-- Numbers begin at the clock: an outbox that is made again never repeats numbers that the hub has seen.
INSERT INTO syncline.syncline_state (tbl, seq) VALUES (N'syncline_outbox_client', DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME()));
GO

CREATE OR ALTER TRIGGER [dbo].[syncline_insert_client] ON [dbo].[client] AFTER INSERT AS
BEGIN -- syncline:7a336d824ee02887
  SET NOCOUNT ON;
  -- Only what the hub writes itself is its own: what that causes in other tables or through other triggers is not.
  IF CAST(SESSION_CONTEXT(N'sync_inbound') AS nvarchar(128)) = N'client' AND TRIGGER_NESTLEVEL() = 1 RETURN;
  INSERT INTO syncline.[syncline_captured_client] (op, pk, changed) SELECT 'I', n.[id], N'' FROM inserted n;
END;
GO

CREATE OR ALTER TRIGGER [dbo].[syncline_update_client] ON [dbo].[client] AFTER UPDATE AS
BEGIN -- syncline:8a27bdd07190457b
  SET NOCOUNT ON;
  IF CAST(SESSION_CONTEXT(N'sync_inbound') AS nvarchar(128)) = N'client' AND TRIGGER_NESTLEVEL() = 1 RETURN;
  -- A primary key that was changed: the row that was there is gone, and another one has come.
  INSERT INTO syncline.[syncline_captured_client] (op, pk, key_value, changed)
  SELECT 'D', o.[id], o.[number], N'' FROM deleted o WHERE NOT EXISTS (SELECT 1 FROM inserted n WHERE n.[id] = o.[id]);
  INSERT INTO syncline.[syncline_captured_client] (op, pk, changed)
  SELECT 'I', n.[id], N'' FROM inserted n WHERE NOT EXISTS (SELECT 1 FROM deleted o WHERE o.[id] = n.[id]);
  INSERT INTO syncline.[syncline_captured_client] (op, pk, changed)
  SELECT 'U', n.[id], CONCAT(N'[', STUFF(CONCAT(N'',
      CASE WHEN EXISTS (SELECT o.[credit] EXCEPT SELECT n.[credit]) THEN N',"credit"' ELSE '' END,
      CASE WHEN EXISTS (SELECT CAST(o.[email] AS varbinary(max)) EXCEPT SELECT CAST(n.[email] AS varbinary(max))) THEN N',"email"' ELSE '' END,
      CASE WHEN EXISTS (SELECT CAST(o.[name] AS varbinary(max)) EXCEPT SELECT CAST(n.[name] AS varbinary(max))) THEN N',"name"' ELSE '' END,
      CASE WHEN EXISTS (SELECT CAST(o.[number] AS varbinary(max)) EXCEPT SELECT CAST(n.[number] AS varbinary(max))) THEN N',"number"' ELSE '' END), 1, 1, N''), N']')
  FROM inserted n JOIN deleted o ON o.[id] = n.[id]
  WHERE EXISTS (SELECT o.[credit] EXCEPT SELECT n.[credit])
  OR EXISTS (SELECT CAST(o.[email] AS varbinary(max)) EXCEPT SELECT CAST(n.[email] AS varbinary(max)))
  OR EXISTS (SELECT CAST(o.[name] AS varbinary(max)) EXCEPT SELECT CAST(n.[name] AS varbinary(max)))
  OR EXISTS (SELECT CAST(o.[number] AS varbinary(max)) EXCEPT SELECT CAST(n.[number] AS varbinary(max)));
END;
GO

CREATE OR ALTER TRIGGER [dbo].[syncline_delete_client] ON [dbo].[client] AFTER DELETE AS
BEGIN -- syncline:539b2e7f1fb433cc
  SET NOCOUNT ON;
  IF CAST(SESSION_CONTEXT(N'sync_inbound') AS nvarchar(128)) = N'client' AND TRIGGER_NESTLEVEL() = 1 RETURN;
  INSERT INTO syncline.[syncline_captured_client] (op, pk, key_value, changed) SELECT 'D', o.[id], o.[number], N'' FROM deleted o;
END;
GO

