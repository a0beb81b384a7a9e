#include "hub/store/conflicts.hpp"

#include "hub/store/encoding.hpp"

namespace hub::store {

namespace {

// The column `incoming` holds the fields; a delete is told by its kind.
constexpr std::string_view kDelete = "delete";

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto comma = text.find(',');
    names.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return names;
}

ConflictRow conflict_of(const Row& row) {
  ConflictRow conflict;
  conflict.key = {row.text(0), row.text(1)};
  conflict.at = {row.text(2), row.integer(3)};
  conflict.kind = row.text(4);
  conflict.state = row.text(5);
  conflict.op = conflict.kind == kDelete ? model::Op::kDelete : model::Op::kUpsert;
  conflict.incoming = decode_fields(row.text(6), "conflict_log.incoming");
  conflict.canonical = decode_fields(row.text(7), "conflict_log.canonical");
  conflict.row_version = row.integer(8);
  conflict.fields = split(row.text(9));
  conflict.candidates = decode_names(row.text(10), "conflict_log.candidates");
  conflict.opened_at_ms = row.integer(11);
  conflict.closed_at_ms = row.integer(12);
  conflict.closed_by = row.text(13);
  conflict.outcome = row.text(14);
  return conflict;
}

std::vector<ConflictRow> gather(Session& session, std::string_view name, Params params) {
  std::vector<ConflictRow> rows;
  session.each(name, params, [&](const Row& row) { rows.push_back(conflict_of(row)); });
  return rows;
}

}  // namespace

void open_conflict(Session& session, const ConflictRow& conflict) {
  session.run("open_conflict",
              {conflict.key.entity, conflict.key.external_id, conflict.at.source, conflict.at.seq, conflict.kind,
               encode_fields(conflict.incoming), encode_fields(conflict.canonical), conflict.row_version,
               join(conflict.fields), encode_names(conflict.candidates), conflict.opened_at_ms});
}

bool close_conflict(Session& session, const ConflictRow& conflict) {
  return session.run("close_conflict", {conflict.state, conflict.closed_at_ms, conflict.closed_by, conflict.outcome,
                                        conflict.at.source, conflict.at.seq}) == 1;
}

std::optional<ConflictRow> load_conflict(Session& session, const JournalKey& at) {
  auto rows = gather(session, "load_conflict", {at.source, at.seq});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<ConflictRow> open_conflicts_of(Session& session, const model::RecordKey& key, std::string_view source) {
  return gather(session, "open_conflicts_of", {key.entity, key.external_id, source});
}

bool any_open_conflict(Session& session) { return session.integer("any_open_conflict") != 0; }

std::int64_t count_open_conflicts(Session& session) { return session.integer("count_open_conflicts"); }

std::vector<ConflictRow> list_conflicts(Session& session, std::string_view state, const JournalKey& after, int limit) {
  return gather(session, "list_conflicts", {state, after.source, after.seq, limit});
}

}  // namespace hub::store
