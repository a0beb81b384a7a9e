#pragma once

#include "hub/model/change.hpp"
#include "hub/store/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// Values by which a record can be found (table match_keys): the fields of one ladder of match_on, joined by commas,
/// and the JSON array of their canonical values.
struct MatchKey {
  std::string fields;
  std::string values;

  friend bool operator==(const MatchKey&, const MatchKey&) = default;
  friend auto operator<=>(const MatchKey&, const MatchKey&) = default;
};

/// The external ids of the records that have these values, in order.
[[nodiscard]] std::vector<std::string> find_matches(Session& session, std::string_view entity, const MatchKey& key);
/// Stages that the record, which could be found by the keys `before`, can be found by the keys `now` and no others.
void add_match_keys(Session& session, const model::RecordKey& record, const std::vector<MatchKey>& before,
                    const std::vector<MatchKey>& now);
/// Writes what add_match_keys() has staged.
void flush_match_keys(Session& session);
void remove_all_match_keys(Session& session);

/// What the store was built for (table store_settings), empty when nothing was said.
[[nodiscard]] std::string load_setting(Session& session, std::string_view name);
void put_setting(Session& session, std::string_view name, std::string_view value);

}  // namespace hub::store
