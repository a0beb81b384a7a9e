#pragma once

#include "hub/model/record.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// What a conflict is about, as the API and the store name it.
inline constexpr std::string_view kFieldConflict = "field";             // another value in the same field
inline constexpr std::string_view kDeleteVsEdit = "delete_vs_edit";     // a delete of what others wrote to
inline constexpr std::string_view kReferenceCycle = "reference_cycle";  // records that wait for each other
inline constexpr std::string_view kIdentityConflict = "identity";       // nobody can tell which record is meant
inline constexpr std::string_view kOpen = "open";
inline constexpr std::string_view kResolved = "resolved";    // by a person
inline constexpr std::string_view kOvertaken = "overtaken";  // by a later change

/// A change that a person must settle (table conflict_log). `at` is the change's place in the journal and names the
/// conflict. There is at most one open conflict for a record and source.
struct ConflictRow {
  JournalKey at;
  model::RecordKey key;
  std::string kind;
  std::string state{kOpen};
  // The change: its values alone, and which change of the source said each, at which version (0: it gave none).
  model::Record incoming;
  model::Record canonical;  // the record when the conflict was opened; version 0: there was none
  // What the source had last agreed to before: the link's base and shadow.
  std::int64_t base_version = 0;
  model::Fields base;
  std::vector<std::string> fields;      // in dispute; for a reference cycle the references that close it
  std::vector<std::string> candidates;  // kind identity: external ids of records; `key` does not name one
  std::int64_t opened_at_ms = 0;        // since when the source's values are in dispute
  std::int64_t updated_at_ms = 0;
  std::string revised_by;         // the place in the journal of the last change that altered what is in dispute
  std::int64_t closed_at_ms = 0;  // 0 while open
  std::string closed_by;          // a person, or the change that overtook it
  std::string outcome;            // incoming, canonical, fields, mixed, edit, link, merge, create or overtaken
  std::map<std::string, std::string> decided;  // by a person, per field: incoming, canonical or value

  /// What the change wanted.
  [[nodiscard]] model::Op op() const { return kind == kDeleteVsEdit ? model::Op::kDelete : model::Op::kUpsert; }
};

/// Which open conflicts; empty members leave all in.
struct ConflictFilter {
  std::string kind = {};
  std::string entity = {};
  std::string source = {};
  std::string field = {};     // in dispute
  std::string text = {};      // in the external id, whatever the case
  std::int64_t since_ms = 0;  // opened then or later
};

/// Where a list of conflicts goes on.
struct ConflictCursor {
  std::int64_t opened_at_ms = 0;
  JournalKey at;
};

struct ConflictGroup {
  std::string entity;  // when grouped by field: the field's
  std::string name;    // of the field (empty: the whole record), source, entity or kind
  std::int64_t conflicts = 0;
  std::int64_t oldest_at_ms = 0;
};

void open_conflict(Session& session, const ConflictRow& conflict);
/// Writes what a later change left of an open conflict: incoming, fields, updated_at_ms, revised_by.
void revise_conflict(Session& session, const ConflictRow& conflict);
/// Writes how a conflict ended: state, closed_at_ms, closed_by, outcome, decided.
void close_conflict(Session& session, const ConflictRow& conflict);
[[nodiscard]] std::optional<ConflictRow> load_conflict(Session& session, const JournalKey& at);
/// The open conflicts of a record, by source.
[[nodiscard]] std::vector<ConflictRow> open_conflicts_of(Session& session, const model::RecordKey& key);
/// The one that `source` raised.
[[nodiscard]] std::optional<ConflictRow> open_conflict_of(Session& session, const model::RecordKey& key,
                                                          std::string_view source);
[[nodiscard]] std::int64_t count_open_conflicts(Session& session);
/// Up to `limit` open conflicts after `after`, the oldest first.
[[nodiscard]] std::vector<ConflictRow> list_open_conflicts(Session& session, const ConflictFilter& filter,
                                                           const ConflictCursor& after, int limit);
/// Up to `limit` conflicts in `state` (empty: any) after `after`, by source and seq.
[[nodiscard]] std::vector<ConflictRow> list_conflicts(Session& session, std::string_view state,
                                                      const ConflictFilter& filter, const JournalKey& after, int limit);
/// The open conflicts by "field", "source", "entity" or "kind", the largest group first.
[[nodiscard]] std::vector<ConflictGroup> group_open_conflicts(Session& session, std::string_view by,
                                                              const ConflictFilter& filter);
/// Up to `limit` conflicts of kind field about records of `entity`, whatever their state, newest first, before
/// `before`.
[[nodiscard]] std::vector<ConflictRow> past_field_conflicts(Session& session, std::string_view entity,
                                                            const ConflictCursor& before, int limit);

}  // namespace hub::store
