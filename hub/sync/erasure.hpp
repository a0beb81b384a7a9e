#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/refusal.hpp"

#include <string_view>

namespace hub::sync {

/// Erases all values of a record, and of those that were merged into it: {"reason", "keepAtSources"?, "dryRun"?}. What
/// is left says that there was a record, and which changes of which sources at which versions; the sources are told to
/// delete it, unless they are to keep it. `if_match`: the record's etag as it was shown, "*" for any; empty: 428.
/// Reads the whole journal first, outside the write lock. Any thread. Throws StoreError.
[[nodiscard]] Outcome erase_record(const Surroundings& hub, Committer& committer, const model::RecordKey& key,
                                   std::string_view if_match, std::string_view body);

}  // namespace hub::sync
