#pragma once

#include "hub/model/change.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::model {

/// Which rule settled one field (what `explain` shows).
enum class Rule : std::uint8_t {
  kNewRecord,      // there was nothing to compare with
  kHigherVersion,  // the change's version is higher
  kStale,          // the change's version is lower
  kUnseen,         // nobody else wrote the field since the version or base that the change speaks of
  kEqual,          // the same value
  kOwner,
  kPrefer,
  kNewest,
  kManual,    // the field's own policy
  kPriority,  // source_priority
  kTie,       // equal priority: a person must decide
};
[[nodiscard]] std::string_view to_string(Rule rule);
/// The rule of that name, nothing for a text that is none.
[[nodiscard]] std::optional<Rule> rule_of(std::string_view name);

/// What became of one field of a change.
struct FieldDecision {
  std::string field;
  bool taken = false;    // the change's value is canonical now (also when it was equal already and the stamp moved)
  bool differs = false;  // the canonical value was another than the change's
  Rule rule = Rule::kEqual;
  Value loser;  // when `differs`: the value that was dropped (the canonical one if taken, else the change's)
};

/// What the ladder made of a change: a pure result, which apply() turns into the new record.
struct Decision {
  Resolution resolution = Resolution::kNoChange;
  ChangeState state = ChangeState::kNoChange;
  std::int64_t version = 0;           // the record's version afterwards; 0 when there is no record
  bool writes = false;                // the canonical row changes (a value, a stamp or the version)
  std::vector<FieldDecision> fields;  // one for each field of the change that took part
};

}  // namespace hub::model
