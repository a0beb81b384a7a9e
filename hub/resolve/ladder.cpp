#include "hub/resolve/ladder.hpp"

#include "hub/resolve/computed.hpp"
#include "hub/resolve/draft.hpp"
#include "hub/resolve/echo.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hub::resolve {

namespace {

using model::Change;
using model::ChangeState;
using model::Decision;
using model::DeleteMode;
using model::Op;
using model::Record;
using model::Resolution;
using model::Rule;

/// A source may claim the highest version there is; the hub's own versions then stay on it.
std::int64_t next_version(std::int64_t version) {
  return version == std::numeric_limits<std::int64_t>::max() ? version : version + 1;
}

Claim claim_of(const Record& canonical, const Change& change, const model::Link* link, model::MergeMode mode) {
  if (change.version) {
    const auto kind = mode == model::MergeMode::kField ? Claim::Kind::kField : Claim::Kind::kRecord;
    return {kind, *change.version, canonical.version, std::max(*change.version, canonical.version), change.source};
  }
  const std::int64_t base = change.base_version.value_or(link == nullptr ? 0 : link->base_version);
  return {Claim::Kind::kThreeWay, std::max<std::int64_t>(base, 0), canonical.version, next_version(canonical.version),
          change.source};
}

Decision unchanged(Resolution resolution, const Record* canonical) {
  return {resolution, ChangeState::kNoChange, canonical == nullptr ? 0 : canonical->version, false, {}};
}

Decision create(const Change& change, const Contest& contest) {
  Draft draft(change.fields.size());
  for (const auto& [name, value] : change.fields) {
    const bool says = !value.is_null();
    contest.forbidden(contest.policy(name)) ? draft.keep(name, value, says, Rule::kOwner)
                                            : draft.take(name, kNothing, says, Rule::kNewRecord);
  }
  return std::move(draft).settle(change, Resolution::kNewRecord, ChangeState::kApplied, change.version.value_or(1),
                                 true);
}

/// Where a person decides on deletes, one that the ladder would take becomes a conflict, and none writes anything.
void ask(Decision& decision, std::int64_t version) {
  if (decision.state == ChangeState::kApplied) {
    decision.resolution = Resolution::kManual;
    decision.state = ChangeState::kConflict;
    decision.version = version;
    for (model::FieldDecision& field : decision.fields) field.rule = Rule::kManual;
  }
  decision.writes = false;
  for (model::FieldDecision& field : decision.fields)
    if (std::exchange(field.taken, false)) field.loser = {};
}

Decision resolve_delete_op(const Record* canonical, const Change& change, const model::Link* link,
                           const Context& context) {
  const DeleteMode mode = context.schema.deletes;
  if (mode == DeleteMode::kIgnore) return unchanged(Resolution::kNoChange, canonical);
  if (canonical == nullptr) {
    // With a version the tombstone is kept, so that an older upsert that arrives later does not bring the record back.
    if (!change.version || mode == DeleteMode::kManual) return unchanged(Resolution::kNoChange, canonical);
    return {Resolution::kNewRecord, ChangeState::kApplied, *change.version, true, {}};
  }
  const Claim claim = claim_of(*canonical, change, link, context.schema.merge);
  Decision decision = resolve_delete(*canonical, change, claim, Contest(change, context), context);
  if (mode == DeleteMode::kManual && !canonical->deleted) ask(decision, canonical->version);
  return decision;
}

}  // namespace

Decision resolve(const Record* canonical, const Change& change, const model::Link* link, const Context& context) {
  const Heard heard = listen(canonical, change, link);
  if (heard != Heard::kNews)
    return unchanged(heard == Heard::kEcho ? Resolution::kEcho : Resolution::kNoChange, canonical);
  if (change.op == Op::kDelete) {
    if (canonical == nullptr || context.schema.computed.empty())
      return resolve_delete_op(canonical, change, link, context);
    Record written = *canonical;  // what sources wrote: the rest goes with it
    strip_computed(written, context.schema);
    return resolve_delete_op(&written, change, link, context);
  }

  const Contest contest(change, context);
  if (canonical == nullptr) return create(change, contest);
  const Claim claim = claim_of(*canonical, change, link, context.schema.merge);
  // A deleted record comes back with all that the source says of it, not only with what was edited there since.
  const bool reduces = !change.version && !canonical->deleted && shadow_counts(change, link) && !link->deleted;
  return resolve_upsert(*canonical, change, claim, contest, reduces ? &link->shadow : nullptr);
}

}  // namespace hub::resolve
