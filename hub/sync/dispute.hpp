#pragma once

#include "hub/model/schema.hpp"
#include "hub/resolve/ladder.hpp"
#include "hub/store/conflicts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hub::sync {

/// The fields on which the ladder could decide nothing.
[[nodiscard]] std::vector<std::string> tied_fields(const model::Decision& decision);

/// What the ladder makes of the fields of a conflict's change that are not in dispute.
struct Rest {
  std::vector<std::string> taken;  // would be written
  std::vector<std::string> tied;   // are in dispute by now: others have written to them since
};

/// Sets those fields against the record as it is, from what the source had agreed to before. `canonical` may be null.
[[nodiscard]] Rest weigh_rest(const store::ConflictRow& conflict, const model::Record* canonical,
                              const resolve::Context& context);

/// The change of a conflict decided again, against the record as it was when the conflict was opened. Fields that an
/// older change brought into the dispute are left out.
[[nodiscard]] model::Decision decide_again(const store::ConflictRow& conflict, const resolve::Context& context);

/// The value of the field in the record; null (no value) where it has none, or there is no record.
[[nodiscard]] const model::Value& value_in(const model::Record* record, std::string_view field);

/// Whose value a person took: "incoming", "canonical" or "value".
[[nodiscard]] std::string side_of(const store::ConflictRow& conflict, const model::Record* canonical,
                                  std::string_view field, const model::Value& taken);

/// What a decision on an open conflict must name: the record's state and what is in dispute. `record` may be null.
[[nodiscard]] std::string etag_of(const store::ConflictRow& conflict, const model::Record* record);

}  // namespace hub::sync
