#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/resolve/datetime.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/views.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace hub::sync {

namespace {

using model::JsonWriter;
using store::ConflictRow;

void write_names(JsonWriter& json, std::string_view name, const std::vector<std::string>& names) {
  json.key(name).begin_array();
  for (const std::string& each : names) json.text(each);
  json.end_array();
}

void write_conflict(JsonWriter& json, const ConflictRow& conflict) {
  json.member("id", store::to_string(conflict.at)).member("kind", conflict.kind).member("state", conflict.state);
  json.member("entity", conflict.key.entity).member("externalId", conflict.key.external_id);
  json.member("source", conflict.at.source).member("op", model::to_string(conflict.op()));
  write_names(json, "fields", conflict.fields);
  write_names(json, "candidates", conflict.candidates);
  json.key("incoming").fields(conflict.incoming.fields()).key("canonicalThen").fields(conflict.canonical.fields());
  json.time("openedAt", conflict.opened_at_ms).time("updatedAt", conflict.updated_at_ms);
  json.time("closedAt", conflict.closed_at_ms).member_or_null("closedBy", conflict.closed_by);
  json.member_or_null("outcome", conflict.outcome).key("decided").begin_object();
  for (const auto& [field, side] : conflict.decided) json.member(field, side);
  json.end_object();
}

/// What one side says of a field, and which change said it; nothing where it says nothing.
void write_side(JsonWriter& json, store::Session& session, std::string_view side, const model::Record* record,
                const std::string& field) {
  const model::Cell* cell = record == nullptr ? nullptr : record->find(field);
  if (cell == nullptr) return;
  json.key(side).begin_object().key("value").value(cell->value).member("source", cell->stamp.source);
  json.member("changeId", change_id(session, cell->stamp));
  if (cell->stamp.version > 0) json.member("version", cell->stamp.version);
  json.time("at", cell->stamp.at_ms);
  if (cell->stamp.observed_at_ms) json.time("observedAt", *cell->stamp.observed_at_ms);
  json.end_object();
}

/// The fields that any side of the question speaks of, side by side.
void write_sides(JsonWriter& json, store::Session& session, const ConflictRow& conflict, const model::Record* now) {
  std::set<std::string> names(conflict.fields.begin(), conflict.fields.end());
  for (const model::Cell& cell : conflict.incoming.cells) names.insert(cell.name);
  json.key("sides").begin_object();
  for (const std::string& name : names) {
    const bool disputed = std::find(conflict.fields.begin(), conflict.fields.end(), name) != conflict.fields.end();
    json.key(name).begin_object().member("disputed", disputed);
    if (const model::Value* agreed = model::find_field(conflict.base, name))
      json.key("base").begin_object().key("value").value(*agreed).end_object();
    write_side(json, session, "incoming", &conflict.incoming, name);
    write_side(json, session, "canonicalThen", &conflict.canonical, name);
    write_side(json, session, "canonical", now, name);
    json.end_object();
  }
  json.end_object();
}

/// The time in a filter; false for a text that is none.
bool read_since(const std::string& text, store::ConflictFilter& filter) {
  if (text.empty()) return true;
  const auto at = resolve::epoch_ms_of(text);
  filter.since_ms = at.value_or(0);
  return at.has_value();
}

constexpr const char* kNoTime = "must be a time with offset, such as 2026-01-31T08:30:00Z";

}  // namespace

Outcome view_conflict_query(store::Session& session, const ConflictQuery& query, const Page& page) {
  store::ConflictFilter filter = query.filter;
  if (!read_since(query.since, filter)) return refused(400, "the query has errors", "?since", kNoTime);
  if (query.group.empty()) return view_conflicts(session, query.state, filter, page);
  if (!query.state.empty() && query.state != store::kOpen)
    return refused(400, "the query has errors", "?group", "groups open conflicts: leave `state` out");
  return view_conflict_groups(session, query.group, filter);
}

std::variant<store::ConflictFilter, Refusal> read_conflict_filter(const model::Json* filter) {
  store::ConflictFilter read;
  if (filter == nullptr) return read;
  if (filter->kind != model::Json::Kind::kObject)
    return refused(400, "the filter has errors", "/filter", "must be an object");
  std::string since;
  const std::map<std::string_view, std::string*> members{{"kind", &read.kind},     {"entity", &read.entity},
                                                         {"source", &read.source}, {"field", &read.field},
                                                         {"text", &read.text},     {"since", &since}};
  for (const auto& [name, value] : filter->members) {
    const auto member = members.find(name);
    if (member == members.end())
      return refused(400, "the filter has errors", model::pointer_to("/filter", name),
                     "is none of kind, entity, source, field, text and since");
    if (value.kind != model::Json::Kind::kString)
      return refused(400, "the filter has errors", model::pointer_to("/filter", name), "must be a text");
    *member->second = value.text;
  }
  if (!read_since(since, read)) return refused(400, "the filter has errors", "/filter/since", kNoTime);
  return read;
}

Outcome view_conflicts(store::Session& session, std::string_view state, const store::ConflictFilter& filter,
                       const Page& page) {
  const auto after = open_cursor(page.cursor, 2);
  if (!after) return bad_cursor();
  store::ConflictCursor start;
  const std::string& opened = (*after)[0];
  std::from_chars(opened.data(), opened.data() + opened.size(), start.opened_at_ms);
  start.at = store::journal_key_of((*after)[1]).value_or(store::JournalKey{});
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  PageEnd end(page.limit);
  for (const ConflictRow& conflict : state == store::kOpen
                                         ? store::list_open_conflicts(session, filter, start, page.limit + 1)
                                         : store::list_conflicts(session, state, filter, start.at, page.limit + 1)) {
    if (!end.take({std::to_string(conflict.opened_at_ms), store::to_string(conflict.at)})) break;
    json.begin_object();
    write_conflict(json, conflict);
    json.end_object();
  }
  return list(json, end.next());
}

Outcome view_conflict_groups(store::Session& session, std::string_view by, const store::ConflictFilter& filter) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const store::ConflictGroup& group : store::group_open_conflicts(session, by, filter)) {
    json.begin_object();
    if (by == "field") json.member("entity", group.entity);
    json.member_or_null(by, group.name).member("count", group.conflicts);
    json.time("oldestAt", group.oldest_at_ms).end_object();
  }
  return list(json, {});
}

Outcome view_conflict(store::Session& session, std::string_view id) {
  const auto at = store::journal_key_of(id);
  const auto conflict = at ? store::load_conflict(session, *at) : std::nullopt;
  if (!conflict) return not_found("conflict " + std::string(id));
  const auto record = store::load_record(session, conflict->key);
  const model::Record* now = record ? &*record : nullptr;
  const std::string etag = etag_of(*conflict, now);
  JsonWriter json;
  json.begin_object();
  write_conflict(json, *conflict);
  json.member("etag", etag);
  if (const auto row = store::load_journal(session, *at)) {
    json.member("changeId", store::change_id_of(*row)).time("receivedAt", row->received_at_ms);
    json.member_or_null("nativeId", row->native_id);
  }
  json.member("baseVersion", conflict->base_version).key("base").fields(conflict->base);
  write_sides(json, session, *conflict, now);
  json.key("record");
  if (now != nullptr) {
    json.begin_object();
    write_record(json, *now);
    write_provenance(json, session, *now);
    json.end_object();
  } else {
    json.null();
  }
  return View{200, json.end_object().take(), etag, 0};
}

}  // namespace hub::sync
