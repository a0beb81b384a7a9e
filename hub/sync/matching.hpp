#pragma once

#include "hub/config/config.hpp"
#include "hub/model/record.hpp"
#include "hub/store/matching.hpp"
#include "hub/store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::sync {

/// The fields of one step of a ladder, in order.
using MatchFields = std::vector<std::string>;

/// Every step of match_on that some source's mapping of `entity` has, and one for each field that references another
/// record (so that a merge finds who refers to it); each once, in a fixed order.
[[nodiscard]] std::vector<MatchFields> match_steps(const config::Config& config, std::string_view entity);

/// The key that `fields` give for these values; nothing when one is absent, null or empty.
[[nodiscard]] std::optional<store::MatchKey> match_key(const MatchFields& fields, const model::Fields& values);

/// The keys by which a record can be found; none for a deleted one.
[[nodiscard]] std::vector<store::MatchKey> match_keys(const std::vector<MatchFields>& steps,
                                                      const model::Record& record);

/// For hashing what can be found by the key.
[[nodiscard]] std::size_t hash_of(std::string_view entity, const store::MatchKey& key);

/// Brings the table of keys up to the configuration, if that has another match_on than the store was last used with:
/// reads every record, in transactions of a page. Throws StoreError.
void rebuild_match_keys(store::Store& store, const config::Config& config);

}  // namespace hub::sync
