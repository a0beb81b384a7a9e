#include "hub/sync/review.hpp"

#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/views.hpp"

#include <charconv>

namespace hub::sync {

namespace {

using model::Json;
using model::JsonWriter;

/// What a new row at the source gets besides the record's fields.
void write_constants(JsonWriter& json, const config::SourceConfig& source, const Delivery& delivery) {
  const auto& constants = source.find(delivery.key.entity)->constants;
  if (delivery.known || delivery.op == model::Op::kDelete || constants.empty()) return;
  json.key("constants").begin_object();
  for (const auto& [name, value] : constants) json.key(name).value(value);
  json.end_object();
}

/// The words of SEMANTICS 9 for a receipt's status.
std::optional<plugin::Status> status_of(std::string_view word) {
  if (word == "applied") return plugin::Status::kOk;
  if (word == "stale") return plugin::Status::kStale;
  if (word == "retry") return plugin::Status::kRetry;
  if (word == "rejected") return plugin::Status::kRejected;
  if (word == "auth") return plugin::Status::kUnauthenticated;
  return std::nullopt;
}

std::string_view to_string(Deliveries::Settled settled) {
  switch (settled) {
    case Deliveries::Settled::kDone: return "applied";
    case Deliveries::Settled::kRetried: return "queued again";
    case Deliveries::Settled::kDead: return "dead";
    case Deliveries::Settled::kPaused: return "source paused";
    case Deliveries::Settled::kRepeat: return "known already";
    default: return "unknown";
  }
}

}  // namespace

Outcome Review::edit(const model::RecordKey& key, std::string_view if_match, std::string_view body) {
  if (if_match.empty()) return refused(428, "an edit needs If-Match with the etag of the record as it was shown");
  const model::EntitySchema* schema = hub_.config.entity(key.entity);
  if (schema == nullptr) return not_found("entity " + key.entity);
  auto object = read_object(body, {});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json& json = std::get<Json>(object);
  const Json* inner = json.members.size() == 1 ? json.find("fields") : nullptr;
  const bool nested = inner != nullptr && schema->find("fields") == nullptr;
  auto fields = Intake(hub_.config).read_fields(*schema, nested ? *inner : json, nested ? "/fields" : "");
  if (auto* refusal = std::get_if<Refusal>(&fields)) return *refusal;
  const Result result = committer_.run([&](Transaction& transaction) -> Result {
    const model::Record* record = transaction.record(key);
    if (record == nullptr) return not_found("record " + key.entity + " " + key.external_id);
    if (record->deleted) return refused(410, "the record is deleted");
    if (auto refusal = check_match(record, if_match)) return std::move(*refusal);
    Result edited = transaction.edit(key, model::Op::kUpsert, std::get<model::Fields>(fields));
    if (const auto* answer = std::get_if<Answer>(&edited))
      transaction.answered(key, std::get<model::Fields>(fields), answer->place);
    return edited;
  });
  return outcome_of(result);
}

Outcome Review::lease_outbound(const config::SourceConfig& source, int limit, int lease_s) {
  const auto deliveries = hub_.store.write([&](store::Session& session) {
    const auto state = store::load_source_state(session, source.name);
    if (state.paused) return std::vector<Delivery>{};
    return deliveries_.claim(session, source.name, limit, std::chrono::seconds(lease_s), "connector");
  });
  JsonWriter json;
  json.begin_object().key("deliveries").begin_array();
  for (const Delivery& delivery : deliveries) {
    json.begin_object().member("deliveryId", delivery.id).member("entity", delivery.key.entity);
    json.member("externalId", delivery.key.external_id).member_or_null("nativeId", delivery.native_id);
    json.member("op", model::to_string(delivery.op)).member("version", delivery.version);
    json.member("baseVersion", delivery.base_version).member_or_null("sourceEtag", delivery.source_etag);
    json.key("fields").fields(delivery.fields).member("attempt", delivery.attempt);
    write_constants(json, source, delivery);
    json.time("leaseUntil", delivery.lease_until_ms).end_object();
  }
  return View{200, json.end_array().end_object().take(), {}, 0};
}

Outcome Review::acknowledge(std::string_view body) {
  auto object = read_object(body, {"source", "receipts"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json& json = std::get<Json>(object);
  const config::SourceConfig* source = hub_.config.source(text_of(json, "source"));
  if (source == nullptr)
    return refused(403, "the receipts' source is not configured", "/source", "is not a configured source");
  const Json* list = json.find("receipts");
  if (list == nullptr || list->kind != Json::Kind::kArray || list->items.size() > 1000)
    return refused(400, "the body has errors", "/receipts", "must be an array of at most 1000 receipts");
  std::vector<Receipt> receipts;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Json& item = list->items[i];
    const std::string pointer = "/receipts/" + std::to_string(i);
    Receipt& receipt = receipts.emplace_back();
    receipt.delivery_id = text_of(item, "deliveryId");
    if (receipt.delivery_id.empty())
      return refused(400, "a receipt has errors", pointer + "/deliveryId", "is required");
    const auto status = status_of(text_of(item, "status"));
    if (!status)
      return refused(400, "a receipt has errors", pointer + "/status",
                     "must be applied, stale, retry, rejected or auth");
    receipt.status = *status;
    receipt.native_id = text_of(item, "nativeId");
    receipt.source_etag = text_of(item, "sourceEtag");
    receipt.message = text_of(item, "message").substr(0, 1000);
    const Json* fields = item.find("fields");
    const auto name = store::delivery_name_of(receipt.delivery_id);
    const model::EntitySchema* schema = name ? hub_.config.entity(name->key.entity) : nullptr;
    if (fields == nullptr || fields->kind == Json::Kind::kNull || schema == nullptr) continue;
    auto held = Intake(hub_.config).read_fields(*schema, *fields, pointer + "/fields");
    if (auto* refusal = std::get_if<Refusal>(&held)) return *refusal;
    receipt.fields = std::get<model::Fields>(std::move(held));
  }
  const auto settled = hub_.store.write(
      [&](store::Session& session) { return deliveries_.settle(session, source->name, receipts, {}); });
  JsonWriter answer;
  answer.begin_object().key("receipts").begin_array();
  for (std::size_t i = 0; i < receipts.size(); ++i)
    answer.begin_object()
        .member("deliveryId", receipts[i].delivery_id)
        .member("outcome", to_string(settled[i]))
        .end_object();
  return View{200, answer.end_array().end_object().take(), {}, 0};
}

Outcome Review::set_priority(const config::SourceConfig& source, std::string_view body) {
  auto object = read_object(body, {"priority"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json* member = std::get<Json>(object).find("priority");
  int priority = 0;
  const char* end = member == nullptr ? nullptr : member->text.data() + member->text.size();
  if (member == nullptr || member->kind != Json::Kind::kNumber ||
      std::from_chars(member->text.data(), end, priority).ptr != end || priority < 0)
    return refused(400, "the body has errors", "/priority", "must be a whole number from 0 on; lower is better");
  hub_.store.write([&](store::Session& session) { store::put_priority(session, source.name, priority); });
  return View{
      200,
      JsonWriter().begin_object().member("source", source.name).member("priority", priority).end_object().take(),
      {},
      0};
}

}  // namespace hub::sync
