#pragma once

#include "hub/config/config.hpp"
#include "hub/store/session.hpp"
#include "hub/sync/refusal.hpp"

#include <string_view>

namespace hub::store {
struct Hold;
}  // namespace hub::store

namespace hub::model {
class JsonWriter;
struct Record;
struct RecordKey;
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
[[nodiscard]] Outcome view_conflicts(store::Session& session, std::string_view state, const Page& page);
[[nodiscard]] Outcome view_conflict(store::Session& session, std::string_view id);
[[nodiscard]] Outcome view_waiting(store::Session& session, const Page& page);
[[nodiscard]] Outcome view_dead_letters(store::Session& session, std::string_view source, const Page& page);
[[nodiscard]] Outcome view_dead_letter(store::Session& session, std::string_view id);

[[nodiscard]] Outcome view_holds(store::Session& session, const Page& page);

/// Appends a hold as an object.
void write_hold(model::JsonWriter& json, const store::Hold& hold);
// Parts of an open object: a record's state; where each of its values comes from.
void write_record(model::JsonWriter& json, const model::Record& record);
void write_provenance(model::JsonWriter& json, store::Session& session, const model::Record& record);
/// Appends the newest ended deliveries of a record to an open array.
void write_delivered(model::JsonWriter& json, store::Session& session, const model::RecordKey& key);

/// The 404 for `what` ("record client X", "conflict CRM:4").
[[nodiscard]] Refusal not_found(const std::string& what);
/// The 410 for a deleted record.
[[nodiscard]] Refusal deleted(const model::Record& record);

}  // namespace hub::sync
