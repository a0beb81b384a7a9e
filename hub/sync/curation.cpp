#include "hub/sync/curation.hpp"

#include "hub/config/scalar.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/holds.hpp"
#include "hub/sync/body.hpp"

namespace hub::sync {

namespace {

using model::Json;
using model::JsonWriter;

void write_rows(JsonWriter& json, std::string_view name, const std::vector<model::Link>& rows) {
  json.key(name).begin_array();
  for (const model::Link& row : rows)
    json.begin_object().member("source", row.source).member_or_null("nativeId", row.native_id).end_object();
  json.end_array();
}

/// What a merge, or taking it back, has done.
View view_of(const Transaction::Merge& merge, const model::Record& record) {
  JsonWriter json;
  json.begin_object().member("entity", record.key.entity).member("externalId", record.key.external_id);
  json.member("version", record.version).member("etag", model::etag(record)).member("alias", merge.alias.external_id);
  json.key("fields").fields(merge.filled);
  write_rows(json, "movedRows", merge.moved);
  write_rows(json, "deletedRows", merge.removed);
  json.key("repointed").begin_array();
  for (const model::RecordKey& key : merge.repointed)
    json.begin_object().member("entity", key.entity).member("externalId", key.external_id).end_object();
  return {200, json.end_array().end_object().take(), model::etag(record), 0};
}

Outcome merged(Committer& committer,
               const std::function<std::variant<Transaction::Merge, Refusal>(Transaction&)>& work) {
  try {
    return committer.run([&](Transaction& transaction) -> Outcome {
      auto result = work(transaction);
      if (auto* refusal = std::get_if<Refusal>(&result)) throw Undone{std::move(*refusal)};
      const auto& merge = std::get<Transaction::Merge>(result);
      return view_of(merge, *transaction.record(merge.survivor));
    });
  } catch (const Undone& undone) {
    return undone.refusal;
  }
}

}  // namespace

Outcome merge_records(Committer& committer, const model::RecordKey& key, std::string_view if_match,
                      std::string_view body) {
  if (if_match.empty()) return refused(428, "a merge needs If-Match with the etag of the record as it was shown");
  auto object = read_object(body, {"absorb", "take"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json& json = std::get<Json>(object);
  const std::string absorbed = text_of(json, "absorb");
  if (absorbed.empty())
    return refused(400, "the body has errors", "/absorb",
                   "is required: the external id of the record to merge into it");
  std::vector<std::string> take;
  if (const Json* names = json.find("take"))
    for (const Json& name : names->items) take.push_back(name.text);
  return merged(committer, [&](Transaction& transaction) -> std::variant<Transaction::Merge, Refusal> {
    if (auto refusal = check_match(transaction.record(key), if_match)) return std::move(*refusal);
    const model::RecordKey alias{key.entity, absorbed};
    if (const model::Record* given = transaction.record(alias))
      for (const std::string& name : take)
        if (given->find(name) == nullptr)
          return refused(400, "the body has errors", "/take", absorbed + " has no value in " + name);
    return transaction.merge(key, alias, take);
  });
}

Outcome unmerge_record(Committer& committer, const model::RecordKey& key) {
  return merged(committer, [&](Transaction& transaction) { return transaction.unmerge(key); });
}

Outcome hold_record(Committer& committer, const config::Config& config, const model::RecordKey& key,
                    std::string_view body) {
  auto object = read_object(body, {"field", "for", "reason"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json& json = std::get<Json>(object);
  store::Hold hold{key, text_of(json, "field"), {}, text_of(json, "reason").substr(0, 1000), 0};
  const model::EntitySchema* schema = config.entity(key.entity);
  if (!hold.field.empty() && schema != nullptr && schema->find(hold.field) == nullptr)
    return refused(400, "the body has errors", "/field", "is no field of " + key.entity);
  const std::string time = text_of(json, "for");
  const auto ms = time.empty() ? std::nullopt : config::quantity(config::Type::kDuration, time);
  if ((json.find("for") != nullptr && time.empty()) || (!time.empty() && (!ms || *ms <= 0)))
    return refused(400, "the body has errors", "/for", "must be a time such as 30m, 2h or 7d");
  return committer.run([&](Transaction& transaction) -> Outcome {
    const model::Record* record = transaction.record(key);
    if (record == nullptr || record->deleted) return not_found("record " + key.entity + " " + key.external_id);
    hold.placed_at_ms = transaction.now_ms();
    if (ms) hold.until_ms = transaction.now_ms() + static_cast<std::int64_t>(*ms);
    store::put_hold(transaction.session(), hold);
    JsonWriter answer;
    write_hold(answer, hold);
    return View{200, answer.take(), {}, 0};
  });
}

Outcome release_record(Committer& committer, const model::RecordKey& key, std::string_view field) {
  const bool released = committer.run([&](Transaction& transaction) { return transaction.release_hold(key, field); });
  if (!released)
    return not_found("hold on " + key.entity + " " + key.external_id +
                     (field.empty() ? "" : ", " + std::string(field)));
  JsonWriter answer;
  answer.begin_object().member("entity", key.entity).member("externalId", key.external_id);
  return View{200, answer.member_or_null("field", field).member("state", "released").end_object().take(), {}, 0};
}

}  // namespace hub::sync
