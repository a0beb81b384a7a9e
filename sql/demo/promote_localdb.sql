-- Run on the hub's store, also while the hub runs: LocalDB now stands above the ERP, level with the CRM. It counts from
-- the next change on.
--   sqlite3 build/demo/data/hub.db < sql/demo/promote_localdb.sql
.timeout 5000
pragma wal_autocheckpoint = 0;  -- checkpoints of the store are the hub's own affair
update source_priority set priority = 1 where source = 'LocalDB';
