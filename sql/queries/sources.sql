-- Priorities, states, cursors and counters of the sources.

-- name: load_priorities
-- out: source text, priority int
select source, priority from source_priority order by source

-- name: seed_priority
-- in: source text, priority int
insert into source_priority (source, priority) values (:source, :priority) on conflict (source) do nothing

-- name: put_priority
-- in: source text, priority int
insert into source_priority (source, priority) values (:source, :priority)
    on conflict (source) do update set priority = excluded.priority

-- name: load_source_state
-- in: source text
-- out: paused int, pause_reason text
select paused, pause_reason from source_state where source = :source

-- name: put_paused
-- in: source text, paused int, pause_reason text
insert into source_state (source, paused, pause_reason) values (:source, :paused, :pause_reason)
    on conflict (source) do update set paused = excluded.paused, pause_reason = excluded.pause_reason

-- name: load_delete_approval
-- in: source text
-- out: max_deletes int, remaining int, until_ms int
select max_deletes, remaining, until_ms from delete_approvals where source = :source

-- name: put_delete_approval
-- in: source text, max_deletes int, remaining int, until_ms int
insert into delete_approvals (source, max_deletes, remaining, until_ms)
values (:source, :max_deletes, :remaining, :until_ms)
    on conflict (source)
    do update set max_deletes = excluded.max_deletes, remaining = excluded.remaining, until_ms = excluded.until_ms

-- name: load_cursor
-- in: source text, entity text
-- out: cursor text
select cursor from pull_cursors where source = :source and entity = :entity

-- name: put_cursor
-- in: source text, entity text, cursor text, updated_at_ms int
insert into pull_cursors (source, entity, cursor, updated_at_ms) values (:source, :entity, :cursor, :updated_at_ms)
    on conflict (source, entity) do update set cursor = excluded.cursor, updated_at_ms = excluded.updated_at_ms

-- name: remove_cursors
-- in: source text
delete from pull_cursors where source = :source

-- name: add_counter
-- in: source text, name text, by_value int
insert into counters (source, name, value) values (:source, :name, :by_value)
    on conflict (source, name) do update set value = counters.value + excluded.value

-- name: load_counters
-- out: source text, name text, value int
select source, name, value from counters order by source, name

-- name: load_counter
-- in: source text, name text
-- out: value int
select value from counters where source = :source and name = :name

-- What the store has none of, nobody has to look for.
-- name: load_present
-- out: waiting int, conflicts int, blocked int, holds int, erased int, doubts int
select case when exists (select 1 from waiting_changes) then 1 else 0 end,
       case when exists (select 1 from conflict_log where state = 'open') then 1 else 0 end,
       case when exists (select 1 from outbound_changes where blocked_entity is not null) then 1 else 0 end,
       case when exists (select 1 from holds) then 1 else 0 end,
       case when exists (select 1 from canonical_records where erased_at_ms > 0) then 1 else 0 end,
       case when exists (select 1 from dead_letters where in_doubt = 1) then 1 else 0 end
