#include "hub/resolve/contest.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace hub::resolve {

namespace {

using model::FieldPolicy;
using model::PolicyKind;
using model::Rule;

std::ptrdiff_t rank(const FieldPolicy& policy, std::string_view source) {
  return std::find(policy.sources.begin(), policy.sources.end(), source) - policy.sources.begin();
}

/// The lower rank wins; equal ranks decide nothing.
std::optional<Verdict> by_rank(std::ptrdiff_t mine, std::ptrdiff_t theirs, Rule rule) {
  if (mine == theirs) return std::nullopt;
  return Verdict{mine < theirs ? Outcome::kWin : Outcome::kLose, rule};
}

/// The later one wins; times closer than `tolerance` decide nothing, for clocks of two systems are never that exact.
std::optional<Verdict> by_time(std::optional<std::int64_t> mine, std::optional<std::int64_t> theirs,
                               std::chrono::milliseconds tolerance) {
  if (!mine || !theirs) return std::nullopt;
  const std::int64_t later = std::max(*mine, *theirs);
  const std::int64_t earlier = std::min(*mine, *theirs);
  // As unsigned, the distance of any two 64-bit numbers is exact.
  const auto apart = static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
  if (apart == 0 || apart < static_cast<std::uint64_t>(tolerance.count())) return std::nullopt;
  return Verdict{*mine == later ? Outcome::kWin : Outcome::kLose, Rule::kNewest};
}

}  // namespace

int Priorities::of(std::string_view source) const {
  const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const auto& r) { return r.first == source; });
  return row == rows_.end() ? std::numeric_limits<int>::max() : row->second;
}

Contest::Contest(const model::Change& change, const Context& context)
    : change_(change),
      context_(context),
      priority_(context.priorities.of(change.source)),
      has_policies_(std::any_of(context.schema.fields.begin(), context.schema.fields.end(),
                                [](const auto& field) { return field.policy.kind != PolicyKind::kPriority; })) {}

const FieldPolicy* Contest::policy(std::string_view field) const {
  if (!has_policies_) return nullptr;
  const model::FieldSchema* found = context_.schema.find(field);
  return found == nullptr || found->policy.kind == PolicyKind::kPriority ? nullptr : &found->policy;
}

bool Contest::forbidden(const FieldPolicy* policy) const {
  return policy != nullptr && policy->kind == PolicyKind::kOwner && rank(*policy, change_.source) != 0;
}

Verdict Contest::against(const FieldPolicy* policy, const model::Stamp& holder) const {
  if (policy != nullptr)
    if (const auto verdict = by_policy(*policy, holder)) return *verdict;
  return by_rank(priority_, context_.priorities.of(holder.source), Rule::kPriority).value_or(Verdict{});
}

bool Contest::outranks(const FieldPolicy* policy, const model::Stamp& holder) const {
  const Outcome outcome = against(policy, holder).outcome;
  return outcome == Outcome::kTie ? change_.source < holder.source : outcome == Outcome::kWin;
}

std::optional<Verdict> Contest::by_policy(const FieldPolicy& policy, const model::Stamp& holder) const {
  switch (policy.kind) {
    case PolicyKind::kOwner: return by_rank(rank(policy, change_.source), rank(policy, holder.source), Rule::kOwner);
    case PolicyKind::kPrefer: return by_rank(rank(policy, change_.source), rank(policy, holder.source), Rule::kPrefer);
    case PolicyKind::kNewest:
      return by_time(change_.observed_at_ms, holder.observed_at_ms, context_.schema.clock_tolerance);
    case PolicyKind::kManual: return Verdict{Outcome::kTie, Rule::kManual};
    case PolicyKind::kPriority: break;
  }
  return std::nullopt;
}

}  // namespace hub::resolve
