#include "hub/model/decision.hpp"

namespace hub::model {

std::string_view to_string(Rule rule) {
  static constexpr std::string_view kNames[] = {"new_record", "higher_version", "stale",  "unseen",   "equal", "owner",
                                                "prefer",     "newest",         "manual", "priority", "tie"};
  return kNames[static_cast<std::size_t>(rule)];
}

}  // namespace hub::model
