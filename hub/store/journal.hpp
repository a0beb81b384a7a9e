#pragma once

#include "hub/model/change.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

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
  model::ChangeState state = model::ChangeState::kApplied;
  std::optional<model::Resolution> resolution;  // none while waiting or dead
  std::int64_t version = 0;                     // the record's afterwards
  std::int64_t row_version = 0;
  std::string decision;  // encode_decision(), empty while waiting or dead
  JournalKey previous;   // the record's journal row before this one; seq 0 for none
};

/// Adds the row to the batch of writes.
void add_journal(Session& session, const JournalRow& row);
void flush_journal(Session& session);
/// Writes at once what became of a row that was parked or dead: state, resolution, versions, decision, previous, key.
void settle_journal(Session& session, const JournalRow& row);

/// The id that people know the change by: its source's, or else its place in the journal.
[[nodiscard]] std::string change_id_of(const JournalRow& row);
/// Visits up to `limit` rows of the record's chain, newest first, from `at` on. Gives where the rest begins; seq 0:
/// that was all.
[[nodiscard]] JournalKey walk_back(Session& session, const model::RecordKey& key, JournalKey at, int limit,
                                   const std::function<void(const JournalRow&)>& visit);
[[nodiscard]] std::optional<JournalRow> load_journal(Session& session, const JournalKey& at);
/// The row of the change that `source` sent with idempotency key `change_id`.
[[nodiscard]] std::optional<JournalRow> find_journal(Session& session, std::string_view source,
                                                     std::string_view change_id);

}  // namespace hub::store
