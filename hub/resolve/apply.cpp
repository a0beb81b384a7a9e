#include "hub/resolve/computed.hpp"
#include "hub/resolve/draft.hpp"
#include "hub/resolve/ladder.hpp"

#include <algorithm>
#include <utility>

namespace hub::resolve {

namespace {

using model::Cell;
using model::Decision;
using model::Record;
using model::Stamp;

void write_cells(Record& record, const model::Change& change, const Decision& decision, const Stamp& stamp) {
  if (record.cells.empty()) record.cells.reserve(decision.fields.size());
  auto incoming = change.fields.begin();
  for (const model::FieldDecision& field : decision.fields) {
    if (!field.taken) continue;
    // Both lists are sorted by name, and each field of the decision is one of the change's.
    while (incoming->name != field.field) ++incoming;
    Cell& cell = record.cell(field.field);
    cell.value = incoming->value;
    cell.stamp = stamp;
  }
}

/// Of two deletes at one version the tombstone shows the source whose name sorts first; on a field where the other is
/// the better one, a null with its stamp says so. What is kept then does not depend on which came first.
void bury(Record& record, const Decision& decision, const Stamp& stamp) {
  const std::optional<Stamp> old = std::exchange(record.tombstone, std::nullopt);
  const bool stays =
      old && (old->version > stamp.version || (old->version == stamp.version && old->source <= stamp.source));
  record.tombstone = stays ? *old : stamp;
  const auto stands_for = [&](const Stamp& best) {
    return best.version < record.tombstone->version || best.source == record.tombstone->source;
  };
  for (const model::FieldDecision& field : decision.fields) {
    if (!field.taken && record.find(field.field) != nullptr) continue;
    const Stamp& best = field.taken ? stamp : *old;
    if (!stands_for(best)) {
      Cell& cell = record.cell(field.field);
      cell.value = {};
      cell.stamp = best;
    } else {
      std::erase_if(record.cells, [&](const Cell& cell) { return cell.name == field.field; });
    }
  }
}

}  // namespace

void apply(Record& record, const model::Change& change, const Decision& decision, Stamp stamp) {
  if (!decision.writes) return;
  // In record mode a change that is taken has the record's version afterwards, so its own version is right in both.
  stamp.version = change.version.value_or(decision.version);
  record.version = decision.version;
  change.op == model::Op::kDelete ? bury(record, decision, stamp) : write_cells(record, change, decision, stamp);
  record.deleted = record.tombstone && std::none_of(record.cells.begin(), record.cells.end(), [&](const Cell& cell) {
                     return outlives(cell, record.tombstone->version);
                   });
  if (decision.state == model::ChangeState::kApplied) record.last_source = change.source;
}

void apply(Record& record, const model::Change& change, const Decision& decision, Stamp stamp,
           const model::EntitySchema& schema) {
  if (!decision.writes) return;
  strip_computed(record, schema);
  apply(record, change, decision, std::move(stamp));
  compute(record, schema);
}

}  // namespace hub::resolve
