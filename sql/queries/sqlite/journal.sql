-- The journal: rows are added once; only what became of a parked or dead change is written later.

-- name: insert_journal
-- in: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int
insert into source_records (source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, state,
                            resolution, version, row_version, decision, prev_source, prev_seq)
values (:source, :seq, :entity, :external_id, :native_id, :op, :change_id, :body, :received_at_ms, :state, :resolution,
        :version, :row_version, :decision, :prev_source, :prev_seq)

-- name: settle_journal
-- in: external_id text, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int, source text, seq int
update source_records
   set external_id = :external_id, state = :state, resolution = :resolution, version = :version,
       row_version = :row_version, decision = :decision, prev_source = :prev_source, prev_seq = :prev_seq
 where source = :source and seq = :seq

-- name: load_journal
-- in: source text, seq int
-- out: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int
select source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, state, resolution, version,
       row_version, decision, prev_source, prev_seq
  from source_records
 where source = :source and seq = :seq

-- name: find_journal
-- in: source text, change_id text
-- out: source text, seq int, entity text, external_id text, native_id text, op text, change_id text, body text, received_at_ms int, state text, resolution text, version int, row_version int, decision text, prev_source text, prev_seq int
select source, seq, entity, external_id, native_id, op, change_id, body, received_at_ms, state, resolution, version,
       row_version, decision, prev_source, prev_seq
  from source_records
 where source = :source and change_id = :change_id
