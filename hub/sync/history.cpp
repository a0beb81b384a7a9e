#include "hub/base/clock.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/resolve/datetime.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/past.hpp"
#include "hub/sync/views.hpp"

#include <limits>
#include <map>
#include <string>
#include <variant>

namespace hub::sync {

namespace {

using model::JsonWriter;

/// What changes made of the record as a whole.
class Effects {
 public:
  Effects(store::Session& session, const model::Record& record) {
    if (!record.tombstone) return;  // it was never deleted
    bool deleted = false;
    Timeline(session, record).replay([&](const Step& step, const model::Record& now) {
      if (now.deleted || deleted) turns_[store::to_string(step.row.at)] = now.deleted ? "deleted" : "revived";
      deleted = now.deleted;
    });
  }

  [[nodiscard]] std::string_view of(const store::JournalRow& row) const {
    if (row.state != model::ChangeState::kApplied) return "none";
    if (const auto it = turns_.find(store::to_string(row.at)); it != turns_.end()) return it->second;
    return row.previous.seq == 0 ? "created" : "changed";
  }

 private:
  std::map<std::string, std::string_view> turns_;
};

void write_fields(JsonWriter& json, const std::vector<FieldStep>& fields) {
  json.key("decision").begin_object();
  for (const FieldStep& field : fields) {
    json.key(field.field).begin_object().member("taken", field.taken).member("rule", model::to_string(field.rule));
    json.key("from").value(field.before).key("to").value(field.after());
    if (field.differs()) json.key("loser").value(field.taken ? field.before : field.incoming);
    json.end_object();
  }
  json.end_object();
}

/// How a change that a person had to settle ended.
void write_conflict(JsonWriter& json, store::Session& session, const store::JournalKey& at) {
  const auto conflict = store::load_conflict(session, at);
  if (!conflict) return;
  json.key("conflict").begin_object().member("id", store::to_string(at)).member("state", conflict->state);
  json.member_or_null("closedBy", conflict->closed_by).time("closedAt", conflict->closed_at_ms);
  json.member_or_null("outcome", conflict->outcome).end_object();
}

void write_step(JsonWriter& json, store::Session& session, const Step& step, std::string_view effect) {
  const store::JournalRow& row = step.row;
  json.begin_object().member("changeId", store::change_id_of(row)).member("source", row.at.source);
  json.member("op", model::to_string(row.op)).member("state", model::to_string(row.state)).key("resolution");
  row.resolution ? json.text(model::to_string(*row.resolution)) : json.null();
  json.member("effect", effect).member("version", row.version);
  json.time("at", row.settled_at_ms).time("receivedAt", row.received_at_ms);
  write_fields(json, step.fields);
  if (row.state == model::ChangeState::kConflict) write_conflict(json, session, row.at);
  json.key("body").raw(row.body).end_object();
}

/// From when on the past is kept.
std::string purged(const Timeline& timeline) {
  if (timeline.steps().empty()) return "it was purged";
  return "its changes before " + base::format_time(timeline.steps().front().row.settled_at_ms) + " were purged";
}

/// Milliseconds since the epoch, or the 400.
std::variant<std::int64_t, Refusal> time_of(std::string_view text) {
  if (const auto at = resolve::epoch_ms_of(text)) return *at;
  return Refusal{
      400, "the query has errors", {{"?at", "must be a time with offset, such as 2026-01-31T08:30:00Z"}}, {}, 0};
}

}  // namespace

Outcome view_history(store::Session& session, const model::RecordKey& key, std::string_view at, const Page& page) {
  const auto record = store::load_record(session, key);
  if (!record) return not_found("record " + key.entity + " " + key.external_id);
  const auto after = open_cursor(page.cursor, 1);
  if (!after) return bad_cursor();
  auto until = at.empty() ? std::numeric_limits<std::int64_t>::max() : time_of(at);
  if (auto* refusal = std::get_if<Refusal>(&until)) return std::move(*refusal);
  const auto start = store::journal_key_of((*after)[0]);
  const auto is_newer = [&](const Step& step) {
    return start ? step.row.at != *start : step.row.settled_at_ms > std::get<std::int64_t>(until);
  };
  const Effects effects(session, *record);
  Past past(session, *record);
  auto step = past.next();
  while (step && is_newer(*step)) step = past.next();
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (int shown = 0; step && shown < page.limit; ++shown, step = past.next())
    write_step(json, session, *step, effects.of(step->row));
  json.end_array().member_or_null("next", step ? make_cursor({store::to_string(step->row.at)}) : std::string());
  json.member("complete", step || past.place().seq == 0);
  if (record->erased_at_ms != 0) json.time("erasedAt", record->erased_at_ms);
  return View{200, json.end_object().take(), {}, 0};
}

Outcome view_record_at(store::Session& session, const model::RecordKey& key, std::string_view at) {
  auto time = time_of(at);
  if (auto* refusal = std::get_if<Refusal>(&time)) return std::move(*refusal);
  const auto now = store::load_record(session, key);
  if (!now) return not_found("record " + key.entity + " " + key.external_id);
  if (now->erased_at_ms != 0) return deleted(*now);
  const Timeline timeline(session, *now);
  const std::size_t count = timeline.count_at(std::get<std::int64_t>(time));
  const std::string name = key.entity + " " + key.external_id;
  if (count == 0 && timeline.complete()) return not_found("record " + name + " yet at " + std::string(at));
  const model::Record then = timeline.after(count);
  if (!timeline.exact() || (count == 0 && then.updated_at_ms > std::get<std::int64_t>(time)))
    return refused(410, "what " + name + " was at " + std::string(at) + " is not kept any more: " + purged(timeline));
  if (then.deleted) return deleted(then);
  JsonWriter json;
  json.begin_object();
  write_record(json, then);
  write_provenance(json, session, then);
  json.time("asOf", std::get<std::int64_t>(time));
  return View{200, json.end_object().take(), {}, 0};
}

}  // namespace hub::sync
