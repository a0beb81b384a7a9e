#pragma once

#include "hub/model/record.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A change that a person must settle (table conflict_log). `at` is the change's place in the journal and names the
/// conflict.
struct ConflictRow {
  JournalKey at;
  model::RecordKey key;
  std::string kind;                   // "field", "delete", "reference_cycle" or "identity"
  std::string state;                  // open, resolved (by a person), overtaken (by a later change of the same source)
  model::Op op = model::Op::kUpsert;  // what the change wanted
  model::Fields incoming;
  model::Fields canonical;          // the record's values when the conflict was opened
  std::int64_t row_version = 0;     // and its row version
  std::vector<std::string> fields;  // the fields in dispute
  // kind identity: the external ids of the records that the change may be about, which `key` does not name
  std::vector<std::string> candidates;
  std::int64_t opened_at_ms = 0;
  std::int64_t closed_at_ms = 0;  // 0 while open
  std::string closed_by;
  std::string outcome;  // incoming, canonical, fields, link, create or overtaken
};

void open_conflict(Session& session, const ConflictRow& conflict);
/// Closes an open conflict; false when it is closed already.
bool close_conflict(Session& session, const ConflictRow& conflict);
[[nodiscard]] std::optional<ConflictRow> load_conflict(Session& session, const JournalKey& at);
/// The open conflicts of a record raised by `source`, oldest first.
[[nodiscard]] std::vector<ConflictRow> open_conflicts_of(Session& session, const model::RecordKey& key,
                                                         std::string_view source);
[[nodiscard]] bool any_open_conflict(Session& session);
[[nodiscard]] std::int64_t count_open_conflicts(Session& session);
/// Up to `limit` conflicts in `state` (empty: any) after `after`, by source and seq.
[[nodiscard]] std::vector<ConflictRow> list_conflicts(Session& session, std::string_view state, const JournalKey& after,
                                                      int limit);

}  // namespace hub::store
