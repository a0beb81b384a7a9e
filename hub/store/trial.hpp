#pragma once

#include "hub/base/clock.hpp"
#include "hub/store/store.hpp"

#include <filesystem>

namespace hub::store {

/// How to open a store to try things on: it is written as fast as can be, and thrown away afterwards.
[[nodiscard]] StoreOptions trial_in(const std::filesystem::path& file);

/// Makes `file`, which is not there yet, a store to try things on: all that changes are decided by in the store `from`
/// (records, links, keys, priorities, conflicts, what is parked), on one snapshot, but not its past: the journal rows
/// of parked changes only, and no deliveries. `from` is only read and may be in use. Throws StoreError.
void copy_for_trial(const Location& from, const std::filesystem::path& file, const base::Clock& clock);

}  // namespace hub::store
