-- A store to try things on is filled with the rows of these tables for which this is true (hub/store/trial.hpp).

-- name: trial_copy_canonical_records
true

-- name: trial_copy_source_links
true

-- name: trial_copy_match_keys
true

-- name: trial_copy_store_settings
true

-- name: trial_copy_waiting_changes
true

-- name: trial_copy_holds
true

-- name: trial_copy_source_priority
true

-- name: trial_copy_source_state
true

-- name: trial_copy_counters
true

-- name: trial_copy_conflict_log
state = 'open'

-- name: trial_copy_source_records
exists (select 1 from waiting_changes w where w.source = source_records.source and w.seq = source_records.seq)

-- name: trial_copy_conflict_fields
true
