#include "hub/model/decision.hpp"

#include <algorithm>
#include <iterator>

namespace hub::model {

namespace {

constexpr std::string_view kNames[] = {"new_record", "higher_version", "stale",  "unseen",   "equal", "owner",
                                       "prefer",     "newest",         "manual", "priority", "tie"};

}  // namespace

std::string_view to_string(Rule rule) { return kNames[static_cast<std::size_t>(rule)]; }

std::optional<Rule> rule_of(std::string_view name) {
  const auto* const found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Rule>(found - std::begin(kNames));
}

}  // namespace hub::model
