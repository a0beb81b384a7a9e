#include "hub/model/json_writer.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/past.hpp"
#include "hub/sync/views.hpp"

#include <map>

namespace hub::sync {

namespace {

using model::JsonWriter;

constexpr int kRowsRead = 500;         // of the record's past, newest first
constexpr std::size_t kContests = 20;  // shown for each field

/// One change that spoke of a field.
struct Contest {
  store::JournalKey at;
  std::string change_id;
  std::int64_t version = 0;
  std::int64_t at_ms = 0;
  FieldStep step;
};

/// The changes that spoke of each field, newest first.
struct Contests {
  Contests(store::Session& session, const model::Record& record) {
    Past past(session, record);
    for (int rows = 0; rows < kRowsRead; ++rows) {
      auto step = past.next();
      if (!step) break;
      const store::JournalRow& row = step->row;
      for (FieldStep& field : step->fields) {
        auto& list = of[field.field];
        if (list.size() < kContests)
          list.push_back({row.at, store::change_id_of(row), row.version, row.settled_at_ms, std::move(field)});
      }
    }
    complete = past.place().seq == 0;
  }

  std::map<std::string, std::vector<Contest>> of;
  bool complete = true;
};

void write_contest(JsonWriter& json, const Contest& contest) {
  json.begin_object().member("source", contest.at.source).member("changeId", contest.change_id);
  json.member("version", contest.version).time("at", contest.at_ms);
  const FieldStep& step = contest.step;
  json.member("won", step.taken).member("rule", model::to_string(step.rule)).key("value").value(step.incoming);
  if (step.taken && step.differs()) json.key("replaced").value(step.before);
  json.end_object();
}

/// Of a computed field: what it is made of, for no change ever brought it.
void write_parts(JsonWriter& json, const config::Config& config, const std::string& entity, const std::string& field) {
  const model::EntitySchema* schema = config.entity(entity);
  const model::FieldSchema* definition = schema == nullptr ? nullptr : schema->find(field);
  if (definition == nullptr || !definition->computed()) return;
  json.key("computedFrom").begin_array();
  for (const model::TemplatePart& part : definition->parts)
    if (!part.field.empty()) json.text(part.field);
  json.end_array();
}

}  // namespace

Outcome view_explanation(store::Session& session, const config::Config& config, const model::RecordKey& key,
                         std::string_view field) {
  const auto record = store::load_record(session, key);
  if (!record) return not_found("record " + key.entity + " " + key.external_id);
  if (!field.empty() && record->find(field) == nullptr)
    return not_found("value of " + std::string(field) + " in " + key.entity + " " + key.external_id);
  const Contests contests(session, *record);
  JsonWriter json;
  json.begin_object().member("entity", key.entity).member("externalId", key.external_id);
  json.member("version", record->version).member("deleted", record->deleted).key("fields").begin_object();
  for (const model::Cell& cell : record->cells) {
    if (!field.empty() && cell.name != field) continue;
    json.key(cell.name).begin_object().key("value").value(cell.value);
    json.member("source", cell.stamp.source).member("version", cell.stamp.version).time("at", cell.stamp.at_ms);
    write_parts(json, config, key.entity, cell.name);
    json.key("contests").begin_array();
    if (const auto it = contests.of.find(cell.name); it != contests.of.end())
      for (const Contest& contest : it->second) write_contest(json, contest);
    json.end_array().end_object();
  }
  json.end_object().member("complete", contests.complete).key("delivered").begin_array();
  write_delivered(json, session, key);
  json.end_array();
  return View{200, json.end_object().take(), model::etag(*record), 0};
}

}  // namespace hub::sync
