-- Run on the hub's store, also while the hub runs: LocalDB now stands above the ERP, level with the CRM. The next change
-- that is resolved counts with it.
--   sqlite3 build/demo/data/hub.db < sql/demo/promote_localdb.sql
.timeout 5000
update source_priority set priority = 1 where source = 'LocalDB';
