#include "hub/store/records.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/transaction.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using store::ConflictRow;

/// What an older conflict of the source asks and the newer change says nothing of is asked on.
void carry_over(const ConflictRow& older, const model::Decision& newer, ConflictRow& conflict) {
  for (const model::Cell& cell : older.incoming.cells) {
    if (std::any_of(newer.fields.begin(), newer.fields.end(),
                    [&](const model::FieldDecision& field) { return field.field == cell.name; }))
      continue;
    conflict.incoming.cell(cell.name) = cell;
    // Meanwhile the shadow has the value in dispute; what was agreed lies before it.
    std::erase_if(conflict.base, [&](const model::FieldValue& known) { return known.name == cell.name; });
    if (const model::Value* agreed = model::find_field(older.base, cell.name))
      model::set_field(conflict.base, cell.name, *agreed);
    if (std::find(older.fields.begin(), older.fields.end(), cell.name) != older.fields.end())
      conflict.fields.push_back(cell.name);
  }
  std::sort(conflict.fields.begin(), conflict.fields.end());
  conflict.fields.erase(std::unique(conflict.fields.begin(), conflict.fields.end()), conflict.fields.end());
}

/// Whether the change comes late, from before the conflict.
bool is_older(const model::Change& change, const ConflictRow& open) {
  if (!change.version) return false;
  std::int64_t version = open.op() == model::Op::kDelete ? open.canonical.version : 0;
  for (const model::Cell& cell : open.incoming.cells) version = std::max(version, cell.stamp.version);
  return *change.version < version;
}

}  // namespace

void Transaction::log_conflict(State& state, const model::Change& change, const model::Decision& decision,
                               const store::JournalRow& row, std::string_view kind, std::vector<std::string> fields,
                               std::vector<std::string> candidates) {
  ConflictRow conflict;
  conflict.at = row.at;
  conflict.key = change.key;
  conflict.kind = kind;
  conflict.canonical = state.record;
  conflict.fields = std::move(fields);
  conflict.candidates = std::move(candidates);
  conflict.opened_at_ms = conflict.updated_at_ms = now_ms_;
  conflict.revised_by = store::to_string(row.at);
  const model::Stamp stamp{change.version.value_or(0), row.at.source, row.at.seq, now_ms_, change.observed_at_ms};
  for (const model::FieldValue& field : change.fields) {
    const model::Cell* cell = state.record.find(field.name);
    if (cell != nullptr && cell->value == field.value && !state.record.deleted) continue;  // it asks nothing
    model::Cell& said = conflict.incoming.cell(field.name);
    said.value = field.value;
    said.stamp = stamp;
  }
  if (const model::Link* known = link(state, change.source)) {
    conflict.base_version = known->base_version;
    conflict.base = known->shadow;
  }
  conflict.base_version = change.base_version.value_or(conflict.base_version);
  if (auto older = store::open_conflict_of(session_, change.key, change.source)) {
    if (kind == store::kFieldConflict && older->kind == store::kFieldConflict) carry_over(*older, decision, conflict);
    conflict.opened_at_ms = older->opened_at_ms;
    overtake(*older, conflict.revised_by);
  }
  store::open_conflict(session_, conflict);
  any_conflict_ = true;
}

void Transaction::overtake(ConflictRow& conflict, std::string by) {
  conflict.state = conflict.outcome = store::kOvertaken;
  conflict.closed_at_ms = now_ms_;
  conflict.closed_by = std::move(by);
  store::close_conflict(session_, conflict);
}

bool Transaction::withdraw(ConflictRow& open, const std::set<std::string>& names, std::string by) {
  const auto erased =
      std::erase_if(open.incoming.cells, [&](const model::Cell& cell) { return names.contains(cell.name); }) +
      std::erase_if(open.fields, [&](const std::string& name) { return names.contains(name); });
  if (erased == 0) return true;
  if (open.fields.empty()) {
    // The rest of the change was held up with what was in dispute: what the ladder would take of it is asked now.
    Rest rest = weigh_rest(open, record(open.key), {*config_.entity(open.key.entity), priorities_});
    open.fields = rest.tied.empty() ? std::move(rest.taken) : std::move(rest.tied);
  }
  if (open.fields.empty()) return false;
  open.updated_at_ms = now_ms_;
  open.revised_by = std::move(by);
  store::revise_conflict(session_, open);
  return true;
}

void Transaction::revise_conflicts(const State& state, const model::Change& change, const model::Decision& decision,
                                   const store::JournalKey& at) {
  const model::Record& record = state.record;
  for (ConflictRow& open : store::open_conflicts_of(session_, record.key)) {
    const bool its_own = open.at.source == change.source && !is_older(change, open);
    const bool deletes = change.op == model::Op::kDelete;
    bool settled = open.op() == model::Op::kDelete && record.deleted;
    std::set<std::string> names;
    if (its_own && deletes) settled |= decision.state != model::ChangeState::kNoChange || record.deleted;
    if (its_own && !deletes) settled |= open.op() == model::Op::kDelete;  // it has the record again
    if (its_own)
      for (const model::FieldDecision& field : decision.fields) names.insert(field.field);
    for (const model::Cell& cell : open.incoming.cells)
      if (record.find(cell.name) != nullptr && value_in(&record, cell.name) == cell.value && !record.deleted)
        names.insert(cell.name);  // they agree by now
    if (settled || !withdraw(open, names, store::to_string(at))) overtake(open, store::to_string(at));
  }
}

void Transaction::answered(const model::RecordKey& key, const model::Fields& fields, const std::string& by) {
  std::set<std::string> names;
  for (const model::FieldValue& field : fields) names.insert(field.name);
  for (ConflictRow& open : store::open_conflicts_of(session_, key)) {
    if (open.op() == model::Op::kDelete) continue;
    std::map<std::string, std::string> decided;
    for (const std::string& name : open.fields)
      if (const model::Value* value = model::find_field(fields, name))
        decided[name] = side_of(open, &open.canonical, name, *value);
    if (withdraw(open, names, by)) continue;
    open.state = store::kResolved;
    open.outcome = "edit";
    open.decided = std::move(decided);
    open.closed_by = kSteward;
    open.closed_at_ms = now_ms_;
    store::close_conflict(session_, open);
  }
}

void Transaction::forget(const model::RecordKey& key, const std::string& source,
                         const std::vector<std::string>& fields) {
  State& known = state(key);
  model::Link* held = link(known, source);
  if (held == nullptr) return;
  std::erase_if(held->shadow, [&](const model::FieldValue& field) {
    return std::find(fields.begin(), fields.end(), field.name) != fields.end();
  });
  held->updated_at_ms = now_ms_;
  known.moved_links.insert(source);
  known.spoke.insert(source);
}

}  // namespace hub::sync
