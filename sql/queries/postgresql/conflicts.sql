-- Looking into the JSON of conflict_log.

-- name: list_conflicts
-- in: state text, field text, after_source text, after_seq int, since_ms int, kind text, entity text, source text, text text, page_rows int
-- out: entity text, external_id text, source text, seq int, kind text, state text, incoming text, incoming_provenance text, canonical text, canonical_provenance text, tombstone text, version int, row_version int, base text, base_version int, fields text, candidates text, opened_at_ms int, updated_at_ms int, revised_by text, closed_at_ms int, closed_by text, outcome text, decided text
select entity, external_id, source, seq, kind, state, incoming, incoming_provenance, canonical,
       canonical_provenance, tombstone, version, row_version, base, base_version, fields, candidates, opened_at_ms,
       updated_at_ms, revised_by, closed_at_ms, closed_by, outcome, decided
  from conflict_log
 where (:state = '' or state = :state) and (source, seq) > (:after_source, :after_seq) and opened_at_ms >= :since_ms
   and (:kind = '' or kind = :kind) and (:entity = '' or entity = :entity) and (:source = '' or source = :source)
   and (:text = '' or instr(lower(external_id), lower(:text)) > 0)
   and (:field = '' or exists (select 1 from json_array_elements_text(cast(fields as json)) as f(name)
                                   where f.name = :field))
 order by source, seq
 limit :page_rows
