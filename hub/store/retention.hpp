#pragma once

#include "hub/model/change.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// From when on a change is old.
struct OldChanges {
  std::int64_t before_ms = 0;  // decided before this time
  std::int64_t guard_ms = 0;   // or before this one, when newer changes of the same source are many:
  std::map<std::string, std::int64_t, std::less<>> most_seqs;  // by source the highest seq that is old therefore

  [[nodiscard]] bool holds(const JournalKey& at, std::int64_t settled_at_ms) const;
};

/// An old change that nothing alive depends on (view settled_changes).
struct OldChange {
  JournalKey at;
  model::RecordKey key;
  std::string state;     // the words of model::to_string(ChangeState)
  bool chained = false;  // it belongs to the past of its record
  std::int64_t run = 0;  // that brought it, 0 for none
};

/// The seq at which a page of `rows` changes of the source ends that begins behind `seq`; 0 when there is none.
[[nodiscard]] std::int64_t journal_page_end(Session& session, std::string_view source, std::int64_t seq, int rows);
/// The old changes of the page (`seq`, `last_seq`], by seq.
[[nodiscard]] std::vector<OldChange> old_changes(Session& session, const OldChanges& old, std::string_view source,
                                                 std::int64_t seq, std::int64_t last_seq);
/// Removes the change at once, with its closed conflict, and with its run when it is the last of that; unless something
/// depends on it after all. True when it is gone.
bool purge_change(Session& session, const OldChange& change);

/// A place in the log of finished deliveries, by key.
struct FinishedKey {
  model::RecordKey key;
  std::string target;
  std::string delivery_id;
};
/// Where a page of `rows` deliveries ends that begins behind `after`; nullopt when there is none.
[[nodiscard]] std::optional<FinishedKey> finished_page_end(Session& session, const FinishedKey& after, int rows);
/// How many deliveries of the page (`after`, `last`] ended before `before_ms`, by target; none that is a dead letter.
[[nodiscard]] std::map<std::string, std::int64_t> count_old_finished(Session& session, const FinishedKey& after,
                                                                     const FinishedKey& last, std::int64_t before_ms);
/// Removes them at once.
void purge_finished(Session& session, const FinishedKey& after, const FinishedKey& last, std::int64_t before_ms);

}  // namespace hub::store
