#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/refusal.hpp"
#include "hub/sync/views.hpp"

#include <string_view>

namespace hub::sync {

/// Takes changes back, as new changes of the steward that go out to every source. Which: {"change": id, "source"?},
/// {"run": id, "source"} or {"source", "since": time}; a field that somebody else has written since stays as it is, and
/// the answer says so. Without "apply": true nothing is done, and the answer is the plan. Records are written in pages
/// of a transaction each; every record is taken back whole or not at all. Answers the totals and up to "limit" (default
/// 100) records. Blocking; any thread. Throws StoreError.
[[nodiscard]] Outcome undo(const Surroundings& hub, Committer& committer, std::string_view body);

/// The runs of a source, newest first (SEMANTICS has no word for it: a round of pulling, or a streamed batch).
[[nodiscard]] Outcome view_runs(store::Session& session, std::string_view source, const Page& page);

}  // namespace hub::sync
