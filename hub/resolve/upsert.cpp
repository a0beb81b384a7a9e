#include "hub/resolve/draft.hpp"

namespace hub::resolve {

namespace {

using model::ChangeState;
using model::Resolution;
using model::Rule;
using model::Value;

/// The entry called `name` in a sorted list, looked for from `at` on. `at` only moves forward: names come sorted.
template <class Iterator>
auto* seek(Iterator& at, Iterator end, const std::string& name) {
  while (at != end) {
    const int order = at->name.compare(name);
    if (order == 0) return &*at;
    if (order > 0) break;
    ++at;
  }
  return static_cast<decltype(&*at)>(nullptr);
}

/// Sets the fields of `change` against the record's cells, one by one.
Draft weigh(const model::Record& record, const model::Change& change, const Claim& claim, const Contest& contest,
            const model::Fields* shadow) {
  Draft draft(change.fields.size());
  auto next_cell = record.cells.begin();
  auto next_known = shadow == nullptr ? model::Fields::const_iterator{} : shadow->begin();
  for (const auto& [name, value] : change.fields) {
    if (shadow != nullptr) {
      const model::FieldValue* held = seek(next_known, shadow->end(), name);
      if (value == (held == nullptr ? kNothing : held->value)) continue;
    }
    const model::Cell* cell = seek(next_cell, record.cells.end(), name);
    const model::Stamp& holder = cell != nullptr ? cell->stamp : record.tombstone ? *record.tombstone : kNobody;
    const Value& canonical = cell != nullptr ? cell->value : kNothing;
    const bool differs = value != canonical;
    const Standing standing = claim.standing(holder);
    const model::FieldPolicy* policy = contest.policy(name);
    if (standing == Standing::kStale) {
      draft.keep(name, value, differs, Rule::kStale);
    } else if (contest.forbidden(policy)) {
      draft.keep(name, value, differs, differs ? Rule::kOwner : Rule::kEqual);
    } else if (standing == Standing::kHeld && differs) {
      draft.contest(name, canonical, value, contest.against(policy, holder));
    } else if (differs) {
      draft.take(name, canonical, true, claim.free_rule(holder));
    } else {
      // A change with a version says that the field has this value at that version, so the stamp moves. A three-way
      // merge only brings what was edited: an equal value is somebody else's edit, whose stamp stays.
      const bool moves = standing == Standing::kFree
                             ? claim.kind != Claim::Kind::kThreeWay
                             : claim.kind == Claim::Kind::kField && contest.outranks(policy, holder);
      const Rule rule = claim.kind != Claim::Kind::kThreeWay && claim.newer() ? Rule::kHigherVersion : Rule::kEqual;
      moves ? draft.take(name, canonical, false, rule) : draft.keep(name, value, false, Rule::kEqual);
    }
  }
  return draft;
}

}  // namespace

model::Decision resolve_upsert(const model::Record& record, const model::Change& change, const Claim& claim,
                               const Contest& contest, const model::Fields* shadow) {
  Draft draft = weigh(record, change, claim, contest, shadow);
  const auto settle = [&](Resolution resolution, ChangeState state, bool writes) {
    return std::move(draft).settle(change, resolution, state,
                                   writes && state == ChangeState::kApplied ? claim.next : record.version, writes);
  };
  if (draft.ties > 0) return settle(Resolution::kManual, ChangeState::kConflict, false);

  const bool versioned = claim.kind != Claim::Kind::kThreeWay;
  // A higher version moves the record even when it brings no other value, but not when an owner refused all it brought.
  const bool moves = versioned && claim.newer() && (draft.stamped > 0 || draft.lost == 0);
  if (draft.changed > 0 || moves) {
    const bool late = versioned && claim.known < claim.canonical;
    const Resolution resolution = claim.newer()                  ? Resolution::kVersionWin
                                  : draft.contested > 0 && !late ? Resolution::kPriorityWin
                                                                 : Resolution::kFieldMerge;
    return settle(resolution, ChangeState::kApplied, true);
  }
  // In field mode the better stamp stays on an equal value, whatever else becomes of the change: later ones meet it.
  const bool stamps = claim.kind == Claim::Kind::kField && draft.stamped > 0;
  if (draft.lost > 0) return settle(Resolution::kPriorityWin, ChangeState::kSuperseded, stamps);
  const bool all_stale = static_cast<std::size_t>(draft.stale) == draft.size();
  if (draft.outdated > 0 || (versioned && claim.known < claim.canonical && all_stale))
    return settle(Resolution::kStaleSkip, ChangeState::kSuperseded, stamps);
  return settle(Resolution::kNoChange, ChangeState::kNoChange, stamps);
}

}  // namespace hub::resolve
