#include "hub/model/json_writer.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/submission.hpp"

namespace hub::sync {

namespace {

constexpr int kRetryAfterSeconds = 30;  // SEMANTICS 7

void write_missing(model::JsonWriter& json, const std::vector<model::RecordKey>& missing) {
  json.key("missing").begin_array();
  for (const model::RecordKey& key : missing) {
    json.begin_object().member("entity", key.entity);
    // A record that the source named by its own id only: "@<source>:<native id>".
    if (key.external_id.starts_with('@'))
      json.member("nativeId", std::string_view(key.external_id).substr(key.external_id.find(':') + 1));
    else
      json.member("externalId", key.external_id);
    json.end_object();
  }
  json.end_array();
}

View view_of(const Answer& answer) {
  View view;
  model::JsonWriter json;
  json.begin_object();
  const bool waiting = answer.state == model::ChangeState::kWaiting;
  const bool conflict = answer.state == model::ChangeState::kConflict;
  const bool for_a_person = waiting && !answer.missing.empty() && store::waits_for_a_person(answer.missing.front());
  if (waiting || conflict) {
    view.status = 409;
    json.member("type", "about:blank");
    json.member("title", for_a_person ? "On hold" : waiting ? "Dependency not met" : "Conflict");
    json.member("status", view.status);
    json.member("detail", for_a_person
                              ? "the change is parked until a person releases the record; it need not be sent again"
                          : waiting ? "the change is parked until what it references is here; it need not be sent again"
                                    : "nothing was written; a person settles it");
  }
  if (waiting) json.member("error", for_a_person ? "on hold" : "dependency not met");
  json.key("resolution");
  if (answer.resolution)
    json.text(model::to_string(*answer.resolution));
  else
    json.null();
  json.member("state", model::to_string(answer.state)).member("entity", answer.key.entity);
  json.member("externalId", answer.key.external_id);
  if (answer.row_version > 0) {
    view.etag = std::to_string(answer.version) + "." + std::to_string(answer.row_version);
    json.member("version", answer.version).member("etag", view.etag);
  }
  json.key("changedFields").begin_array();
  for (const std::string& field : answer.changed_fields) json.text(field);
  json.end_array().member("changeId", answer.change_id);
  if (conflict) json.member("conflictId", answer.place);
  if (waiting) {
    json.member("waitingId", answer.place);
    write_missing(json, for_a_person ? std::vector<model::RecordKey>{} : answer.missing);
  }
  if (answer.duplicate) json.member("duplicate", true);
  view.body = json.end_object().take();
  if (waiting && !for_a_person) view.retry_after_s = kRetryAfterSeconds;
  return view;
}

}  // namespace

Outcome outcome_of(const Result& result) {
  if (const auto* refusal = std::get_if<Refusal>(&result)) return *refusal;
  return view_of(std::get<Answer>(result));
}

}  // namespace hub::sync
