-- A store to try things on is filled from another one, which is attached as origin (hub/store/trial.hpp).

-- name: trial_attach
-- in: uri text
attach database :uri as origin

-- name: trial_copy_canonical_records
insert into main.canonical_records select * from origin.canonical_records

-- name: trial_copy_source_links
insert into main.source_links select * from origin.source_links

-- name: trial_copy_match_keys
insert into main.match_keys select * from origin.match_keys

-- name: trial_copy_store_settings
insert into main.store_settings select * from origin.store_settings

-- name: trial_copy_waiting_changes
insert into main.waiting_changes select * from origin.waiting_changes

-- name: trial_copy_holds
insert into main.holds select * from origin.holds

-- name: trial_copy_source_priority
insert into main.source_priority select * from origin.source_priority

-- name: trial_copy_source_state
insert into main.source_state select * from origin.source_state

-- name: trial_copy_counters
insert into main.counters select * from origin.counters

-- name: trial_copy_conflict_log
insert into main.conflict_log select * from origin.conflict_log where state = 'open'

-- name: trial_copy_source_records
insert into main.source_records
select r.* from origin.waiting_changes w join origin.source_records r on r.source = w.source and r.seq = w.seq

-- name: trial_copy_conflict_fields
insert into main.conflict_fields select * from origin.conflict_fields
