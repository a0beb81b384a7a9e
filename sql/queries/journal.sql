-- The journal: rows are added once; only what became of a parked or dead change is written later.

-- name: insert_journal
-- in: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, settled_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int, run int
insert into source_records (source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, settled_at_ms,
                            state, resolution, version, row_version, decision, prev_source, prev_seq, run)
values (:source, :seq, :entity, :external_id, :native_id, :op, :change_id, :body, :received_at_ms, :settled_at_ms, :state,
        :resolution, :version, :row_version, :decision, :prev_source, :prev_seq, :run)

-- name: settle_journal
-- in: external_id text, settled_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int, source text, seq int
update source_records
   set external_id = :external_id, settled_at_ms = :settled_at_ms, state = :state, resolution = :resolution, version = :version,
       row_version = :row_version, decision = :decision, prev_source = :prev_source, prev_seq = :prev_seq
 where source = :source and seq = :seq

-- name: load_journal
-- in: source text, seq int
-- out: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, settled_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int, run int
select source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, settled_at_ms, state,
       resolution, version, row_version, decision, prev_source, prev_seq, run
  from source_records
 where source = :source and seq = :seq

-- name: find_journal
-- in: source text, change_id text
-- out: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, settled_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int, run int
select source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, settled_at_ms, state,
       resolution, version, row_version, decision, prev_source, prev_seq, run
  from source_records
 where source = :source and change_id = :change_id

-- name: journal_of_source
-- in: source text, seq int, since_ms int, run int, page_rows int
-- out: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, settled_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int, run int
select source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, settled_at_ms, state,
       resolution, version, row_version, decision, prev_source, prev_seq, run
  from source_records
 where source = :source and seq > :seq and received_at_ms >= :since_ms and (cast(:run as bigint) = 0 or run = :run)
 order by seq
 limit :page_rows

-- name: count_run
-- in: source text, run int, kind text, started_at_ms int, changes int
insert into sync_runs (source, run, kind, started_at_ms, changes, kept)
values (:source, :run, :kind, :started_at_ms, :changes, :changes)
    on conflict (source, run) do update set changes = sync_runs.changes + excluded.changes,
                                            kept = sync_runs.kept + excluded.kept

-- name: list_runs
-- in: source text, run int, page_rows int
-- out: source text, run int, kind text, started_at_ms int, changes int
select source, run, kind, started_at_ms, changes
  from sync_runs
 where source = :source and run < :run
 order by run desc
 limit :page_rows
