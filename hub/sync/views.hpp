#pragma once

#include "hub/config/config.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/session.hpp"
#include "hub/sync/refusal.hpp"

#include <string_view>

namespace hub::store {
struct Hold;
}  // namespace hub::store

namespace hub::model {
class JsonWriter;
struct Json;
struct Record;
struct RecordKey;
struct Stamp;
}  // namespace hub::model

namespace hub::sync {

/// Which part of a list: `cursor` as an earlier page gave it (empty: from the start), `limit` 1 to 1,000.
struct Page {
  std::string cursor;
  int limit = 100;
};

/// What there is, as JSON text, read from one snapshot (SEMANTICS 9). Lists are {"items": […], "next": cursor or null}.
/// A bad cursor is a 400.
[[nodiscard]] Outcome view_records(store::Session& session, std::string_view entity, bool deleted, const Page& page);
[[nodiscard]] Outcome view_record(store::Session& session, const model::RecordKey& key);
/// The changes of a record, newest first, and what each made of it: hub/sync/past.hpp says which. `at` (RFC 3339,
/// empty: now): only those that had been decided then.
[[nodiscard]] Outcome view_history(store::Session& session, const model::RecordKey& key, std::string_view at,
                                   const Page& page);
/// The record as it was at `at`: 404 when there was none yet, 410 when it was deleted then, or when nobody knows any
/// more.
[[nodiscard]] Outcome view_record_at(store::Session& session, const model::RecordKey& key, std::string_view at);
/// Why each field (or only `field`) has the value that it has: every change that spoke of it, newest first, with the
/// rule that settled it and the value that lost, as far back as 500 changes of the record; and the newest deliveries.
[[nodiscard]] Outcome view_explanation(store::Session& session, const config::Config& config,
                                       const model::RecordKey& key, std::string_view field);
/// Which conflicts somebody asks for, in the words of the API; empty: not asked.
struct ConflictQuery {
  std::string state, group, since;
  store::ConflictFilter filter;  // since_ms is taken from `since`
};
/// The list or the groups that a query asks for.
[[nodiscard]] Outcome view_conflict_query(store::Session& session, const ConflictQuery& query, const Page& page);
/// The same filter as an object of a body: kind, entity, source, field, text, since. Null: all.
[[nodiscard]] std::variant<store::ConflictFilter, Refusal> read_conflict_filter(const model::Json* filter);

/// Conflicts in `state` (empty: all) that match the filter; open ones oldest first, else by source and seq. Those of
/// any state are matched by the fields that they were opened with.
[[nodiscard]] Outcome view_conflicts(store::Session& session, std::string_view state,
                                     const store::ConflictFilter& filter, const Page& page);
/// The open conflicts that match, counted by "field", "source", "entity" or "kind", with the oldest of each group.
[[nodiscard]] Outcome view_conflict_groups(store::Session& session, std::string_view by,
                                           const store::ConflictFilter& filter);
/// A conflict with the record as it is now, and for each field what every side says of it, who wrote that and when.
[[nodiscard]] Outcome view_conflict(store::Session& session, std::string_view id);
[[nodiscard]] Outcome view_waiting(store::Session& session, const Page& page);
[[nodiscard]] Outcome view_dead_letters(store::Session& session, std::string_view source, const Page& page);
[[nodiscard]] Outcome view_dead_letter(store::Session& session, std::string_view id);

[[nodiscard]] Outcome view_holds(store::Session& session, const Page& page);

/// Appends a hold as an object.
void write_hold(model::JsonWriter& json, const store::Hold& hold);
/// Ends a list whose array is open. `next`: the cursor of its next page, empty for none.
[[nodiscard]] View list(model::JsonWriter& json, const std::string& next);
/// Appends a record's key, versions, values and times to an open object; its provenance.
void write_record(model::JsonWriter& json, const model::Record& record);
void write_provenance(model::JsonWriter& json, store::Session& session, const model::Record& record);
/// The id that people know the change by which wrote this.
[[nodiscard]] std::string change_id(store::Session& session, const model::Stamp& stamp);
/// Appends the newest ended deliveries of a record to an open array.
void write_delivered(model::JsonWriter& json, store::Session& session, const model::RecordKey& key);

/// The 404 for `what` ("record client X", "conflict CRM:4").
[[nodiscard]] Refusal not_found(const std::string& what);
/// The 410 for a deleted record.
[[nodiscard]] Refusal deleted(const model::Record& record);

}  // namespace hub::sync
