#pragma once

#include "hub/model/change.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// The external ids of the records that were merged into `key`.
[[nodiscard]] std::vector<std::string> aliases_of(Session& session, const model::RecordKey& key);
/// Changes of `source` about `key`, in the page (`seq`, `last_seq`]: those of its own, and those of the row that the
/// source calls `native_id` from when nobody knew whose it is. By seq.
[[nodiscard]] std::vector<JournalKey> changes_about(Session& session, std::string_view source, std::int64_t seq,
                                                    std::int64_t last_seq, const model::RecordKey& key,
                                                    std::string_view native_id);
/// Write at once what is left of a change, its conflict, and the finished deliveries of a record without values.
void blank_change(Session& session, const JournalKey& at, std::string_view body, std::string_view decision);
void blank_conflict(Session& session, const JournalKey& at);
void blank_finished(Session& session, const model::RecordKey& key);

}  // namespace hub::store
