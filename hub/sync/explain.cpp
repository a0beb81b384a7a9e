#include "hub/model/json_writer.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/records.hpp"
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
  bool won = false;
  model::Rule rule = model::Rule::kEqual;
  model::Value value;                // that the change brought
  std::optional<model::Value> lost;  // when it won over another value: that one
};

/// The past of a record's fields, read backwards along its chain of journal rows. A row keeps only the value that lost;
/// the one that won is known from the rows after it.
class Past {
 public:
  Past(store::Session& session, const model::Record& record) {
    for (const model::Cell& cell : record.cells) now_[cell.name] = cell.value;
    const auto add_all = [&](const store::JournalRow& row) {
      if (row.decision.empty()) return;
      for (const model::FieldDecision& field : store::decode_decision(row.decision)) add(row, field);
    };
    const store::JournalKey head{record.head_source, record.head_seq};
    complete_ = store::walk_back(session, record.key, head, kRowsRead, add_all).seq == 0;
  }

  [[nodiscard]] const std::vector<Contest>& of(const std::string& field) const {
    static const std::vector<Contest> none;
    const auto it = contests_.find(field);
    return it == contests_.end() ? none : it->second;
  }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void add(const store::JournalRow& row, const model::FieldDecision& field) {
    Contest contest{row.at, store::change_id_of(row), row.version, row.received_at_ms, field.taken, field.rule, {}, {}};
    model::Value& value = now_[field.field];
    if (field.taken) {
      contest.value = value;
      if (field.differs) contest.lost = value = field.loser;
    } else {
      contest.value = field.differs ? field.loser : value;
    }
    auto& list = contests_[field.field];
    if (list.size() < kContests) list.push_back(std::move(contest));
  }

  std::map<std::string, model::Value> now_;  // as of the row that is being read
  std::map<std::string, std::vector<Contest>> contests_;
  bool complete_ = true;
};

void write_contest(JsonWriter& json, const Contest& contest) {
  json.begin_object().member("source", contest.at.source).member("changeId", contest.change_id);
  json.member("version", contest.version).time("at", contest.at_ms);
  json.member("won", contest.won).member("rule", model::to_string(contest.rule)).key("value").value(contest.value);
  if (contest.lost) json.key("replaced").value(*contest.lost);
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
  const Past past(session, *record);
  JsonWriter json;
  json.begin_object().member("entity", key.entity).member("externalId", key.external_id);
  json.member("version", record->version).member("deleted", record->deleted).key("fields").begin_object();
  for (const model::Cell& cell : record->cells) {
    if (!field.empty() && cell.name != field) continue;
    json.key(cell.name).begin_object().key("value").value(cell.value);
    json.member("source", cell.stamp.source).member("version", cell.stamp.version).time("at", cell.stamp.at_ms);
    write_parts(json, config, key.entity, cell.name);
    json.key("contests").begin_array();
    for (const Contest& contest : past.of(cell.name)) write_contest(json, contest);
    json.end_array().end_object();
  }
  json.end_object().member("complete", past.complete()).key("delivered").begin_array();
  write_delivered(json, session, key);
  json.end_array();
  return View{200, json.end_object().take(), model::etag(*record), 0};
}

}  // namespace hub::sync
