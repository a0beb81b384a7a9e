#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/refusal.hpp"

#include <functional>
#include <string_view>

namespace hub::sync {

/// What the stored images come to under the configuration as it is now: each source's last word on a record is read
/// again from the journal, through the mapping, normalisers, policies and priorities of today, and the record is
/// offered to every source that does not hold it as it now has to. Nothing is pulled. What a source was given since it
/// last spoke is no word of its own and is left alone, and so is what would change nothing.
struct Reevaluated {
  model::RecordKey next;           // where to go on; entity empty: that was all
  std::int64_t records = 0;        // looked at
  std::int64_t without_image = 0;  // rows of sources that the hub only ever wrote to: they say nothing new
};

/// Re-evaluates up to `limit` records after `after` inside `transaction`, with the images of `source` only, unless it
/// is empty. `images` is where the journal is. Calls `applied` for each change that was made.
[[nodiscard]] Reevaluated reevaluate(Transaction& transaction, store::Session& images, const config::Config& config,
                                     std::string_view source, const model::RecordKey& after, int limit,
                                     const std::function<void(const Answer&)>& applied);

/// One page of it on the live store: {"source"?, "cursor"?}. Answers what was done and `next`.
[[nodiscard]] Outcome resync_page(Committer& committer, const config::Config& config, std::string_view body);

}  // namespace hub::sync
