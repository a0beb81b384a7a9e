#include "hub/sync/dispute.hpp"

#include <algorithm>
#include <map>

namespace hub::sync {

namespace {

using model::Rule;
using store::ConflictRow;

bool is_tie(const model::FieldDecision& field) {
  return field.differs && (field.rule == Rule::kTie || field.rule == Rule::kManual);
}

/// `cells` said again by the conflict's source at `version` (0: none).
model::Decision decide(const ConflictRow& conflict, const model::Record* canonical, std::int64_t version,
                       const std::vector<model::Cell>& cells, const resolve::Context& context) {
  model::Change change;
  change.source = conflict.at.source;
  change.key = conflict.key;
  if (version > 0) change.version = version;
  for (const model::Cell& cell : cells) {
    change.fields.push_back({cell.name, cell.value});
    change.observed_at_ms = cell.stamp.observed_at_ms;
  }
  model::Link link;
  link.source = conflict.at.source;
  link.key = conflict.key;
  link.base_version = conflict.base_version;
  link.shadow = conflict.base;
  return resolve::resolve(canonical, change, &link, context);
}

}  // namespace

std::vector<std::string> tied_fields(const model::Decision& decision) {
  std::vector<std::string> names;
  for (const model::FieldDecision& field : decision.fields)
    if (is_tie(field)) names.push_back(field.field);
  return names;
}

Rest weigh_rest(const ConflictRow& conflict, const model::Record* canonical, const resolve::Context& context) {
  std::map<std::int64_t, std::vector<model::Cell>> by_version;  // older changes may have their part in it
  for (const model::Cell& cell : conflict.incoming.cells)
    if (std::find(conflict.fields.begin(), conflict.fields.end(), cell.name) == conflict.fields.end())
      by_version[cell.stamp.version].push_back(cell);
  Rest rest;
  for (const auto& [version, cells] : by_version) {
    const model::Decision decision = decide(conflict, canonical, version, cells, context);
    for (std::string& name : tied_fields(decision)) rest.tied.push_back(std::move(name));
    for (const model::FieldDecision& field : decision.fields)
      if (field.taken && field.differs) rest.taken.push_back(field.field);
  }
  return rest;
}

model::Decision decide_again(const ConflictRow& conflict, const resolve::Context& context) {
  std::vector<model::Cell> own;
  std::int64_t version = 0;
  for (const model::Cell& cell : conflict.incoming.cells) {
    if (cell.stamp.seq != conflict.at.seq) continue;
    own.push_back(cell);
    version = cell.stamp.version;
  }
  const model::Record& then = conflict.canonical;
  return decide(conflict, then.version == 0 ? nullptr : &then, version, own, context);
}

const model::Value& value_in(const model::Record* record, std::string_view field) {
  static const model::Value kNothing;
  const model::Cell* cell = record == nullptr ? nullptr : record->find(field);
  return cell == nullptr ? kNothing : cell->value;
}

std::string side_of(const ConflictRow& conflict, const model::Record* canonical, std::string_view field,
                    const model::Value& taken) {
  if (const model::Cell* said = conflict.incoming.find(field); said != nullptr && said->value == taken)
    return "incoming";
  return taken == value_in(canonical, field) ? "canonical" : "value";
}

std::string etag_of(const ConflictRow& conflict, const model::Record* record) {
  return (record == nullptr ? std::string("0.0") : model::etag(*record)) + "-" + conflict.revised_by;
}

}  // namespace hub::sync
