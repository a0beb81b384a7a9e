#include "hub/sync/views.hpp"

#include "hub/base/clock.hpp"
#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/model/record.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/holds.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/cursor.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using model::JsonWriter;

constexpr int kFinishedShown = 20;

void write_key(JsonWriter& json, const model::RecordKey& key) {
  json.member("entity", key.entity).member("externalId", key.external_id);
}

void write_links(JsonWriter& json, store::Session& session, const model::RecordKey& key) {
  json.key("links").begin_array();
  for (const model::Link& link : store::load_links(session, key)) {
    json.begin_object().member("source", link.source).member_or_null("nativeId", link.native_id);
    json.member_or_null("sourceEtag", link.source_etag).member("baseVersion", link.base_version);
    json.member("deleted", link.deleted).key("shadow").fields(link.shadow);
    json.time("pushedAt", link.pushed_at_ms).time("updatedAt", link.updated_at_ms).end_object();
  }
  json.end_array();
}

void write_pending(JsonWriter& json, store::Session& session, const model::RecordKey& key) {
  const auto holds = store::holds_of(session, key);
  const bool on_hold = std::any_of(holds.begin(), holds.end(), [](const auto& hold) { return hold.field.empty(); });
  json.key("holds").begin_array();
  for (const store::Hold& hold : holds) write_hold(json, hold);
  json.end_array().key("pending").begin_array();
  for (const store::OutboundRow& row : store::outbound_of(session, key)) {
    const bool held = store::open_conflict_of(session, key, row.target).has_value();
    json.begin_object().member("target", row.target).member_or_null("deliveryId", row.delivery_id);
    json.member("state", held                             ? "held by a conflict"
                         : on_hold                        ? "on hold"
                         : !row.blocked_on.entity.empty() ? "blocked"
                         : !row.lease.empty()             ? "under way"
                                                          : "queued");
    json.member("attempt", row.attempt).time("dueAt", row.due_at_ms).time("queuedAt", row.queued_at_ms);
    json.member_or_null("lastError", row.last_error).end_object();
  }
  json.end_array().key("delivered").begin_array();
  write_delivered(json, session, key);
  json.end_array();
}

void write_waiting(JsonWriter& json, const store::WaitingRow& row) {
  json.member("id", store::to_string(row.at)).member("source", row.at.source);
  write_key(json, row.key);
  const bool for_a_person = store::waits_for_a_person(row.missing.front());
  json.member("held", store::is_held(row)).member("onHold", store::is_on_hold(row)).key("missing").begin_array();
  for (const model::RecordKey& key : row.missing) {
    if (for_a_person) break;  // by the brake on mass deletes, or a hold: it waits for no record
    json.begin_object();
    write_key(json, key);
    json.end_object();
  }
  json.end_array().member("attempts", row.attempts);
  json.time("parkedAt", row.parked_at_ms).time("nextTryAt", for_a_person ? 0 : row.due_at_ms);
}

void write_letter(JsonWriter& json, const store::DeadLetter& letter) {
  json.member("id", letter.id).member("kind", letter.kind).member("source", letter.source);
  write_key(json, letter.key);
  json.member("reason", letter.reason).member("attempts", letter.attempts).time("deadAt", letter.dead_at_ms);
}

}  // namespace

void write_hold(JsonWriter& json, const store::Hold& hold) {
  json.begin_object().member("entity", hold.key.entity).member("externalId", hold.key.external_id);
  json.member_or_null("field", hold.field).time("until", hold.until_ms.value_or(0));
  json.member_or_null("reason", hold.reason).time("placedAt", hold.placed_at_ms).end_object();
}

View list(JsonWriter& json, const std::string& next) {
  json.end_array().member_or_null("next", next).end_object();
  return {200, json.take(), {}, 0};
}

void write_record(JsonWriter& json, const model::Record& record) {
  write_key(json, record.key);
  json.member("version", record.version).member("etag", model::etag(record)).member("lastSource", record.last_source);
  if (record.deleted) json.member("deleted", true);
  json.key("fields").fields(record.fields());
  json.time("createdAt", record.created_at_ms).time("updatedAt", record.updated_at_ms);
}

std::string change_id(store::Session& session, const model::Stamp& stamp) {
  const store::JournalKey at{stamp.source, stamp.seq};
  const auto row = store::load_journal(session, at);
  return row ? store::change_id_of(*row) : store::to_string(at);
}

void write_provenance(JsonWriter& json, store::Session& session, const model::Record& record) {
  json.key("provenance").begin_object();
  for (const model::Cell& cell : record.cells) {
    json.key(cell.name).begin_object().member("source", cell.stamp.source).member("version", cell.stamp.version);
    json.member("changeId", change_id(session, cell.stamp)).time("at", cell.stamp.at_ms);
    if (cell.stamp.observed_at_ms) json.time("observedAt", *cell.stamp.observed_at_ms);
    json.end_object();
  }
  json.end_object();
}

void write_delivered(JsonWriter& json, store::Session& session, const model::RecordKey& key) {
  for (const store::FinishedDelivery& done : store::finished_of(session, key, kFinishedShown)) {
    json.begin_object().member("target", done.target).member("deliveryId", done.delivery_id);
    json.member("version", done.version).member("status", done.status).member("attempts", done.attempts);
    json.time("at", done.finished_at_ms).member_or_null("message", done.message).end_object();
  }
}

Refusal not_found(const std::string& what) { return {404, "there is no " + what, {}, {}, 0}; }

Refusal deleted(const model::Record& record) {
  const std::string name = record.key.entity + " " + record.key.external_id;
  if (record.erased_at_ms != 0)
    return {410, "the values of " + name + " were erased on " + base::format_time(record.erased_at_ms), {}, {}, 0};
  Refusal refusal{
      410, name + " was deleted by " + record.last_source + " at version " + std::to_string(record.version), {}, {}, 0};
  refusal.members = {{"version", std::to_string(record.version)}, {"etag", "\"" + model::etag(record) + "\""}};
  return refusal;
}

Outcome view_records(store::Session& session, std::string_view entity, bool deleted, const Page& page) {
  const auto after = open_cursor(page.cursor, 2);
  if (!after) return bad_cursor();
  const model::RecordKey start{entity.empty() ? (*after)[0] : std::string(entity), (*after)[1]};
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  PageEnd end(page.limit);
  store::list_records(session, entity, start, page.limit + 1, deleted, [&](model::Record&& record) {
    if (!end.take({record.key.entity, record.key.external_id})) return;
    json.begin_object();
    write_record(json, record);
    json.end_object();
  });
  return list(json, end.next());
}

Outcome view_record(store::Session& session, const model::RecordKey& key) {
  const auto record = store::load_record(session, key);
  if (!record) return not_found("record " + key.entity + " " + key.external_id);
  if (!record->merged_into.empty()) {
    JsonWriter json;
    json.begin_object();
    write_key(json, key);
    json.member("mergedInto", record->merged_into).end_object();
    return View{301, json.take(), {}, 0, model::RecordKey{key.entity, record->merged_into}};
  }
  if (record->deleted) return deleted(*record);
  JsonWriter json;
  json.begin_object();
  write_record(json, *record);
  write_provenance(json, session, *record);
  write_links(json, session, key);
  write_pending(json, session, key);
  return View{200, json.end_object().take(), model::etag(*record), 0};
}

Outcome view_waiting(store::Session& session, const Page& page) {
  const auto after = open_cursor(page.cursor, 3);
  if (!after) return bad_cursor();
  const model::RecordKey start{(*after)[0], (*after)[1]};
  const auto at = store::journal_key_of((*after)[2]).value_or(store::JournalKey{});
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  PageEnd end(page.limit);
  for (const store::WaitingRow& row : store::list_waiting(session, start, at, page.limit + 1)) {
    if (!end.take({row.key.entity, row.key.external_id, store::to_string(row.at)})) break;
    json.begin_object();
    write_waiting(json, row);
    json.end_object();
  }
  return list(json, end.next());
}

Outcome view_holds(store::Session& session, const Page& page) {
  const auto after = open_cursor(page.cursor, 3);
  if (!after) return bad_cursor();
  const store::Hold start{{(*after)[0], (*after)[1]}, (*after)[2], {}, {}, 0};
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  PageEnd end(page.limit);
  for (const store::Hold& hold : store::list_holds(session, start, page.limit + 1)) {
    if (!end.take({hold.key.entity, hold.key.external_id, hold.field})) break;
    write_hold(json, hold);
  }
  return View{200, json.end_array().member_or_null("next", end.next()).end_object().take(), {}, 0};
}

Outcome view_dead_letters(store::Session& session, std::string_view source, const Page& page) {
  const auto after = open_cursor(page.cursor, 2);
  if (!after) return bad_cursor();
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  PageEnd end(page.limit);
  for (const auto& letter : store::list_dead_letters(session, source, (*after)[0], (*after)[1], page.limit + 1)) {
    if (!end.take({letter.source, letter.id})) break;
    json.begin_object();
    write_letter(json, letter);
    json.end_object();
  }
  return list(json, end.next());
}

Outcome view_dead_letter(store::Session& session, std::string_view id) {
  const auto letter = store::load_dead_letter(session, source_of_letter(id), id);
  if (!letter) return not_found("dead letter " + std::string(id));
  JsonWriter json;
  json.begin_object();
  write_letter(json, *letter);
  json.key("payload").raw(letter->payload.empty() ? "null" : letter->payload);
  return View{200, json.end_object().take(), {}, 0};
}

}  // namespace hub::sync
