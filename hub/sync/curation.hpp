#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/refusal.hpp"
#include "hub/sync/views.hpp"

#include <string_view>

namespace hub::sync {

/// What a data steward does to whole records. Each call is one transaction on the calling thread; `body` is a request's
/// JSON text. Any thread. Throws StoreError.

/// Merges another record into `key`: {"absorb": externalId, "take"?: [fields that come from that one]}. `if_match`: the
/// etag of `key` as it was shown, "*" for any; empty: 428.
[[nodiscard]] Outcome merge_records(Committer& committer, const model::RecordKey& key, std::string_view if_match,
                                    std::string_view body);
/// Makes the alias `key` a record of its own again; 409 when it is none.
[[nodiscard]] Outcome unmerge_record(Committer& committer, const model::RecordKey& key);

/// Keeps a record, or one field of it, from being synchronised: {"field"?, "for"?: "2h", "reason"?}. Without "for"
/// until it is released.
[[nodiscard]] Outcome hold_record(Committer& committer, const config::Config& config, const model::RecordKey& key,
                                  std::string_view body);
/// Ends a hold and decides what came meanwhile; 404 when there was none.
[[nodiscard]] Outcome release_record(Committer& committer, const model::RecordKey& key, std::string_view field);

}  // namespace hub::sync
