#pragma once

#include "hub/model/change.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A change's place in the journal. Its text form "<source>:<seq>" names the change, its conflict and its parking place
/// in the API.
struct JournalKey {
  std::string source;
  std::int64_t seq = 0;

  friend bool operator==(const JournalKey&, const JournalKey&) = default;
};
[[nodiscard]] std::string to_string(const JournalKey& key);
[[nodiscard]] std::optional<JournalKey> journal_key_of(std::string_view text);

/// One row of the journal (table source_records).
struct JournalRow {
  JournalKey at;
  model::RecordKey key;
  std::string native_id;
  model::Op op = model::Op::kUpsert;
  std::string change_id;
  std::string body;  // as the source sent it
  std::int64_t received_at_ms = 0;
  std::int64_t settled_at_ms = 0;  // when it was decided, last; later than it came for one that was parked or dead
  model::ChangeState state = model::ChangeState::kApplied;
  std::optional<model::Resolution> resolution;  // none while waiting or dead
  std::int64_t version = 0;                     // the record's afterwards
  std::int64_t row_version = 0;
  std::string decision;  // encode_decision(), empty while waiting or dead
  JournalKey previous;   // the record's journal row before this one; seq 0 for none
  std::int64_t run = 0;  // the pull or batch that brought it, 0 for none
};

/// Adds the row to the batch of writes.
void add_journal(Session& session, const JournalRow& row);
void flush_journal(Session& session);
/// Writes at once what became of a row that was parked or dead: state, resolution, versions, decision, previous, key.
void settle_journal(Session& session, const JournalRow& row);

/// The id that people know the change by: its source's, or else its place in the journal.
[[nodiscard]] std::string change_id_of(const JournalRow& row);
[[nodiscard]] std::optional<JournalRow> load_journal(Session& session, const JournalKey& at);
/// The row of the change that `source` sent with idempotency key `change_id`.
[[nodiscard]] std::optional<JournalRow> find_journal(Session& session, std::string_view source,
                                                     std::string_view change_id);

/// Visits up to `limit` rows of `source` after `seq`, in their order, that came at `since_ms` or later and (unless it
/// is 0) in `run`. Gives the last seq visited, 0 when there was none.
std::int64_t visit_journal(Session& session, std::string_view source, std::int64_t seq, std::int64_t since_ms,
                           std::int64_t run, int limit, const std::function<void(const JournalRow&)>& visit);

/// A round of pulling or a streamed batch of a source (table sync_runs).
struct Run {
  std::string source;
  std::int64_t id = 0;
  std::string kind;  // "pull" or "batch"
  std::int64_t started_at_ms = 0;
  std::int64_t changes = 0;  // journal rows that it brought
};
/// Adds `run.changes` to the run, which begins when there is none of that id.
void count_run(Session& session, const Run& run);
/// Up to `limit` runs of a source before the one called `before`, newest first.
[[nodiscard]] std::vector<Run> list_runs(Session& session, std::string_view source, std::int64_t before, int limit);

}  // namespace hub::store
