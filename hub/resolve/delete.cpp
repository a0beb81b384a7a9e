#include "hub/resolve/draft.hpp"

#include <algorithm>

namespace hub::resolve {

namespace {

using model::ChangeState;
using model::Resolution;
using model::Rule;
using model::Stamp;

/// What a delete does to the record's tombstone in field mode.
struct Grave {
  Grave(const std::optional<Stamp>& old, std::int64_t version, std::string_view source)
      : joins(old && old->version == version && old->source != source),
        moves(!old || version > old->version || (joins && source < old->source)),
        holder(moves ? source : std::string_view(old->source)) {}

  bool joins;               // another source deleted at the same version
  bool moves;               // the tombstone becomes the change's; of two at one version the first name's stands
  std::string_view holder;  // whose tombstone it is afterwards
};

/// Sets a delete against the record's cells: to each it says null.
void weigh(Draft& draft, const model::Record& record, const Claim& claim, const Contest& contest, const Grave* grave) {
  for (const model::Cell& cell : record.cells) {
    const bool differs = !cell.value.is_null();
    switch (claim.standing(cell.stamp)) {
      case Standing::kFree: draft.take(cell.name, cell.value, differs, claim.free_rule(cell.stamp)); break;
      case Standing::kStale: draft.keep(cell.name, kNothing, differs, Rule::kStale); break;
      case Standing::kHeld:
        if (differs) {
          draft.contest(cell.name, cell.value, kNothing, contest.against(contest.policy(cell.name), cell.stamp));
        } else if (grave == nullptr || contest.outranks(contest.policy(cell.name), cell.stamp) ||
                   (cell.stamp.source == claim.source && grave->holder == claim.source)) {
          draft.take(cell.name, cell.value, false, Rule::kEqual);
        } else {
          draft.keep(cell.name, kNothing, false, Rule::kEqual);
        }
    }
  }
}

/// Record mode and three-way: the record goes as a whole or stays as a whole.
model::Decision delete_whole(const model::Record& record, const model::Change& change, const Claim& claim,
                             const Contest& contest) {
  Draft draft(record.cells.size());
  weigh(draft, record, claim, contest, nullptr);
  const auto settle = [&](Resolution resolution, ChangeState state) {
    const bool writes = state == ChangeState::kApplied;
    return std::move(draft).settle(change, resolution, state, writes ? claim.next : record.version, writes);
  };
  if (record.deleted) {
    const bool moves = claim.kind != Claim::Kind::kThreeWay && claim.newer();
    return moves ? settle(Resolution::kVersionWin, ChangeState::kApplied)
                 : settle(Resolution::kNoChange, ChangeState::kNoChange);
  }
  if (claim.kind == Claim::Kind::kRecord && claim.known < claim.canonical)
    return settle(Resolution::kStaleSkip, ChangeState::kSuperseded);
  if (draft.ties > 0 || (draft.lost > 0 && draft.lost < draft.contested))
    return settle(Resolution::kManual, ChangeState::kConflict);
  if (draft.lost > 0) return settle(Resolution::kPriorityWin, ChangeState::kSuperseded);
  if (claim.newer()) return settle(Resolution::kVersionWin, ChangeState::kApplied);
  return settle(draft.contested > 0 ? Resolution::kPriorityWin : Resolution::kFieldMerge, ChangeState::kApplied);
}

/// Field mode: each field goes or stays by itself; the record lives on while one of them does.
model::Decision delete_by_field(const model::Record& record, const model::Change& change, const Claim& claim,
                                const Contest& contest, const Context& context) {
  const Grave grave(record.tombstone, claim.known, change.source);
  Draft draft(record.cells.size());
  weigh(draft, record, claim, contest, &grave);
  if (grave.joins) {
    // Two deletes at one version agree, but each field has its own order of sources. Who is better on a field counts
    // when a third source writes it at that version, so it is kept: in the tombstone, or in a null of the field's own.
    for (const model::FieldSchema& field : context.schema.fields) {
      if (field.computed() || record.find(field.name) != nullptr) continue;
      contest.outranks(&field.policy, *record.tombstone) ? draft.take(field.name, {}, false, Rule::kEqual)
                                                         : draft.keep(field.name, {}, false, Rule::kEqual);
    }
    draft.sort();
  }
  const bool writes = grave.moves || draft.changed + draft.stamped > 0;
  const auto settle = [&](Resolution resolution, ChangeState state) {
    const bool moves = resolution == Resolution::kVersionWin;
    const bool written = writes && state != ChangeState::kConflict;
    return std::move(draft).settle(change, resolution, state, moves ? claim.next : record.version, written);
  };
  if (draft.ties > 0) return settle(Resolution::kManual, ChangeState::kConflict);
  if (claim.newer()) return settle(Resolution::kVersionWin, ChangeState::kApplied);
  if (record.deleted) return settle(Resolution::kNoChange, ChangeState::kNoChange);
  const bool survives = draft.lost > 0 || std::any_of(record.cells.begin(), record.cells.end(), [&](const auto& cell) {
                          return cell.stamp.version > claim.known;
                        });
  if (draft.changed > 0 || !survives) {
    const bool decided = draft.contested > 0 && claim.known == claim.canonical;
    return settle(decided ? Resolution::kPriorityWin : Resolution::kFieldMerge, ChangeState::kApplied);
  }
  return settle(draft.lost > 0 ? Resolution::kPriorityWin : Resolution::kStaleSkip, ChangeState::kSuperseded);
}

}  // namespace

model::Decision resolve_delete(const model::Record& record, const model::Change& change, const Claim& claim,
                               const Contest& contest, const Context& context) {
  return claim.kind == Claim::Kind::kField ? delete_by_field(record, change, claim, contest, context)
                                           : delete_whole(record, change, claim, contest);
}

}  // namespace hub::resolve
