#include "hub/store/conflicts.hpp"

#include "hub/store/encoding.hpp"

#include <algorithm>

namespace hub::store {

namespace {

ConflictRow conflict_of(const Row& row) {
  ConflictRow conflict;
  conflict.key = {row.text(0), row.text(1)};
  conflict.at = {row.text(2), row.integer(3)};
  conflict.kind = row.text(4);
  conflict.state = row.text(5);
  decode_cells(conflict.incoming, row.text(6), row.text(7));
  model::Record& canonical = conflict.canonical;
  canonical.key = conflict.key;
  decode_cells(canonical, row.text(8), row.text(9));
  if (!row.is_null(10)) canonical.tombstone = decode_stamp(row.text(10));
  canonical.version = row.integer(11);
  canonical.row_version = row.integer(12);
  canonical.deleted = canonical.tombstone && canonical.cells.empty();
  conflict.base = decode_fields(row.text(13), "conflict_log.base");
  conflict.base_version = row.integer(14);
  conflict.fields = decode_names(row.text(15), "conflict_log.fields");
  conflict.candidates = decode_names(row.text(16), "conflict_log.candidates");
  conflict.opened_at_ms = row.integer(17);
  conflict.updated_at_ms = row.integer(18);
  conflict.revised_by = row.text(19);
  conflict.closed_at_ms = row.integer(20);
  conflict.closed_by = row.text(21);
  conflict.outcome = row.text(22);
  if (!row.is_null(23))
    for (const model::FieldValue& field : decode_fields(row.text(23), "conflict_log.decided"))
      conflict.decided[field.name] = field.value.text();
  return conflict;
}

std::vector<ConflictRow> gather(Session& session, std::string_view name, Params params) {
  std::vector<ConflictRow> rows;
  session.each(name, params, [&](const Row& row) { rows.push_back(conflict_of(row)); });
  return rows;
}

void put_in_inbox(Session& session, const ConflictRow& conflict) {
  const std::vector<std::string> whole{std::string()};
  const bool by_field = conflict.kind == kFieldConflict || conflict.kind == kReferenceCycle;
  for (const std::string& field : by_field && !conflict.fields.empty() ? conflict.fields : whole)
    session.soon("put_conflict_field", {conflict.key.entity, conflict.key.external_id, conflict.at.source, field,
                                        conflict.at.seq, conflict.kind, conflict.opened_at_ms});
}

void remove_from_inbox(Session& session, const ConflictRow& conflict) {
  session.soon("remove_conflict_fields", {conflict.key.entity, conflict.key.external_id, conflict.at.source});
}

}  // namespace

void open_conflict(Session& session, const ConflictRow& conflict) {
  const model::Record& canonical = conflict.canonical;
  const std::optional<std::string> tombstone =
      canonical.tombstone ? std::optional(encode_stamp(*canonical.tombstone)) : std::nullopt;
  session.soon(
      "open_conflict",
      {conflict.key.entity, conflict.key.external_id, conflict.at.source, conflict.at.seq, conflict.kind,
       encode_cell_values(conflict.incoming), encode_provenance(conflict.incoming), encode_cell_values(canonical),
       encode_provenance(canonical), tombstone, canonical.version, canonical.row_version, encode_fields(conflict.base),
       conflict.base_version, encode_names(conflict.fields), encode_names(conflict.candidates), conflict.opened_at_ms,
       conflict.updated_at_ms, conflict.revised_by});
  put_in_inbox(session, conflict);
}

void revise_conflict(Session& session, const ConflictRow& conflict) {
  session.soon("revise_conflict", {encode_cell_values(conflict.incoming), encode_provenance(conflict.incoming),
                                   encode_names(conflict.fields), conflict.updated_at_ms, conflict.revised_by,
                                   conflict.at.source, conflict.at.seq});
  remove_from_inbox(session, conflict);
  put_in_inbox(session, conflict);
}

void close_conflict(Session& session, const ConflictRow& conflict) {
  model::Fields decided;
  for (const auto& [field, side] : conflict.decided) decided.push_back({field, model::Value::string(side)});
  session.soon("close_conflict", {conflict.state, conflict.closed_at_ms, conflict.closed_by, conflict.outcome,
                                  decided.empty() ? std::nullopt : std::optional(encode_fields(decided)),
                                  conflict.at.source, conflict.at.seq});
  remove_from_inbox(session, conflict);
}

std::optional<ConflictRow> load_conflict(Session& session, const JournalKey& at) {
  auto rows = gather(session, "load_conflict", {at.source, at.seq});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<ConflictRow> open_conflicts_of(Session& session, const model::RecordKey& key) {
  return gather(session, "open_conflicts_of", {key.entity, key.external_id});
}

std::optional<ConflictRow> open_conflict_of(Session& session, const model::RecordKey& key, std::string_view source) {
  for (ConflictRow& open : open_conflicts_of(session, key))
    if (open.at.source == source) return std::move(open);
  return std::nullopt;
}

std::int64_t count_open_conflicts(Session& session) { return session.integer("count_open_conflicts"); }

std::vector<ConflictRow> list_open_conflicts(Session& session, const ConflictFilter& filter,
                                             const ConflictCursor& after, int limit) {
  const auto& [opened, at] = after;
  if (filter.field.empty())
    return gather(
        session, "list_open_conflicts",
        {opened, at.source, at.seq, filter.since_ms, filter.kind, filter.entity, filter.source, filter.text, limit});
  return gather(session, "list_open_conflicts_of_field",
                {filter.field, opened, at.source, at.seq, filter.since_ms, filter.kind, filter.entity, filter.source,
                 filter.text, limit});
}

std::vector<ConflictRow> list_conflicts(Session& session, std::string_view state, const ConflictFilter& filter,
                                        const JournalKey& after, int limit) {
  return gather(session, "list_conflicts",
                {state, filter.field, after.source, after.seq, filter.since_ms, filter.kind, filter.entity,
                 filter.source, filter.text, limit});
}

std::vector<ConflictGroup> group_open_conflicts(Session& session, std::string_view by, const ConflictFilter& filter) {
  std::vector<ConflictGroup> groups;
  const auto add = [&](const Row& row) {
    groups.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3)});
  };
  const auto& [kind, entity, source, field, text, since_ms] = filter;
  if (by == "field")
    session.each("group_open_conflicts_by_field", {field, since_ms, kind, entity, source, text}, add);
  else if (field.empty())
    session.each("group_open_conflicts", {by, since_ms, kind, entity, source, text}, add);
  else
    session.each("group_open_conflicts_of_field", {by, field, since_ms, kind, entity, source, text}, add);
  return groups;
}

std::vector<ConflictRow> past_field_conflicts(Session& session, std::string_view entity, const ConflictCursor& before,
                                              int limit) {
  return gather(session, "past_field_conflicts", {entity, before.opened_at_ms, before.at.source, before.at.seq, limit});
}

}  // namespace hub::store
