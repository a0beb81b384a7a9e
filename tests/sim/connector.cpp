#include "tests/sim/connector.hpp"

#include "hub/model/json_writer.hpp"
#include "hub/sync/mapping.hpp"
#include "tests/sim/words.hpp"

#include <algorithm>

namespace tests::sim {

using namespace hub;
using model::Op;
using model::RecordKey;

namespace {

const std::string& text_of(const model::Json& object, std::string_view name) {
  static const std::string none;
  const model::Json* member = object.find(name);
  return member == nullptr ? none : member->text;
}

}  // namespace

Connector::Connector(const Surroundings& around, const config::Config& config, const config::SourceConfig& mapped,
                     const Manners& manners)
    : around_(around), config_(config), mapped_(mapped), manners_(manners) {}

model::Fields Connector::invented(const config::EntityMapping& mapping, bool is_new) {
  Chance& chance = around_.chance;
  model::Fields fields;
  const model::EntitySchema& schema = *config_.entity(mapping.entity);
  std::vector<model::Value> clients;
  for (const auto& [key, held] : records_)
    if (key.entity == "client") clients.push_back(model::Value::string(key.external_id));
  for (const config::FieldMapping& field : mapping.fields) {
    const model::FieldSchema& definition = *schema.find(field.field);
    const bool needed = is_new && definition.required;
    if (field.direction == config::Direction::kPush || (!needed && !chance.percent(is_new ? 80 : 40))) continue;
    model::Value value = definition.type != model::FieldType::kReference ? invent(chance, definition)
                         : clients.empty() || chance.percent(3)          ? model::Value::string("nobody")
                                                                         : chance.pick(clients);
    model::set_field(fields, field.field, kept(manners_, field.field, value));
  }
  return fields;
}

void Connector::queue(const RecordKey& key, Op op, const model::Fields& fields) {
  Chance& chance = around_.chance;
  const std::int64_t version = records_[key].version;
  model::JsonWriter body;
  body.begin_object().member("source", mapped_.name).member("entity", key.entity).member("externalId", key.external_id);
  body.member("op", model::to_string(op)).member("changeId", "c" + std::to_string(++last_change_));
  if (manners_.versions && chance.percent(80))
    body.member("version", version + chance.between(version > 0 ? 0 : 1, 2));
  else if (version > 0 && chance.percent(50))
    body.member("baseVersion", version);
  if (op == Op::kUpsert) body.key("fields").fields(fields);
  body.time("observedAt", around_.clock.now_ms() + manners_.clock_ahead_ms);
  outbox_.push_back({key, body.end_object().take(), op});
  around_.trace.say(mapped_.name, "somebody writes " + outbox_.back().body);
  if (op == Op::kDelete) {
    records_.erase(key);
    return;
  }
  for (const model::FieldValue& field : fields) model::set_field(records_[key].fields, field.name, field.value);
}

void Connector::edit() {
  Chance& chance = around_.chance;
  const config::EntityMapping& mapping =
      mapped_.entities[static_cast<std::size_t>(chance.below(static_cast<int>(mapped_.entities.size())))];
  std::vector<RecordKey> there;
  for (const auto& [key, held] : records_)
    if (key.entity == mapping.entity) there.push_back(key);
  const int what = chance.below(100);
  const bool is_new = there.empty() || (what < 30 && there.size() < 12);
  const RecordKey key =
      is_new ? RecordKey{mapping.entity, mapped_.name + ":" + std::to_string(++last_id_)} : chance.pick(there);
  if (!is_new && what < 42) return queue(key, Op::kDelete, {});
  const model::Fields fields = invented(mapping, is_new);
  if (!fields.empty()) queue(key, Op::kUpsert, fields);
}

void Connector::purge() {
  std::vector<RecordKey> keys;
  for (const auto& [key, held] : records_) keys.push_back(key);
  for (const RecordKey& key : keys)
    if (around_.chance.percent(50)) queue(key, Op::kDelete, {});
}

void Connector::post(HubProcess& hub) {
  if (outbox_.empty()) return;
  const Pending pending = outbox_.front();
  auto read = hub.intake.read(pending.body, around_.clock.now_ms());
  if (const auto* refusal = std::get_if<sync::Refusal>(&read)) {
    around_.fail(mapped_.name + " posted " + pending.body + " and was refused: " + refusal->detail);
    outbox_.pop_front();
    return;
  }
  std::vector<sync::Result> results;
  std::vector<sync::Submission> changes;
  changes.push_back(std::get<sync::Submission>(std::move(read)));
  const bool queued =
      hub.committer.submit(std::move(changes), [&](std::vector<sync::Result>&& all) { results = std::move(all); });
  if (!queued || around_.chance.percent(around_.faults.post_lost)) return;
  if (const auto* refusal = std::get_if<sync::Refusal>(&results.front())) {
    around_.trace.say(mapped_.name, "its post is refused: " + refusal->detail);
    if (refusal->status >= 500) return;
    // An edit of a record whose first change the hub could not take: it lacks what a new one needs.
    if (refusal->status == 400 && refusal->detail.find("needs the field") != std::string::npos)
      refused_.insert(pending.key);
    else
      around_.fail(mapped_.name + " posted " + pending.body + " and was refused: " + refusal->detail);
  } else {
    const auto& answer = std::get<sync::Answer>(results.front());
    around_.trace.say(mapped_.name, "its post is " + std::string(model::to_string(answer.state)) + " at version " +
                                        std::to_string(answer.version) + (answer.duplicate ? ", as before" : ""));
    const auto held = records_.find(pending.key);
    if (held != records_.end()) held->second.version = std::max(held->second.version, answer.version);
  }
  outbox_.pop_front();
}

std::string Connector::receipt_for(const model::Json& delivery) {
  Chance& chance = around_.chance;
  const RecordKey key{text_of(delivery, "entity"), text_of(delivery, "externalId")};
  model::JsonWriter receipt;
  receipt.begin_object().member("deliveryId", text_of(delivery, "deliveryId"));
  const auto status = [&](std::string_view word) {
    around_.trace.say(mapped_.name, std::string(word) + ": " + text_of(delivery, "deliveryId"));
    return receipt.member("status", word).end_object().take();
  };
  const bool has_news = std::any_of(outbox_.begin(), outbox_.end(), [&](const Pending& p) { return p.key == key; });
  if (has_news || chance.percent(around_.faults.stale)) return status("stale");
  if (chance.percent(around_.faults.push_fails)) return status("retry");
  if (chance.percent(around_.faults.rejected)) return status("rejected");
  if (text_of(delivery, "op") == "delete") {
    records_.erase(key);
    return status("applied");
  }
  Held& held = records_[key];
  held.version = std::stoll(text_of(delivery, "version"));
  for (const auto& [name, value] : delivery.find("fields")->members)
    model::set_field(held.fields, name, kept(manners_, name, model::value_of(value)));
  model::Fields reported = held.fields;
  std::erase_if(reported, [](const model::FieldValue& field) { return field.value.is_null(); });
  if (manners_.reports && !reported.empty()) receipt.key("fields").fields(reported);
  return status("applied");
}

void Connector::fetch(HubProcess& hub) {
  Chance& chance = around_.chance;
  const auto outcome = hub.review.lease_outbound(mapped_, chance.between(1, 10), 60);
  const auto json = model::parse_json(std::get<sync::View>(outcome).body);
  const auto& deliveries = json.value().find("deliveries")->items;
  if (deliveries.empty() || chance.percent(around_.faults.fetch_lost)) return;
  if (chance.percent(around_.faults.late)) around_.pass(chance.between(50, 8'000));
  std::string receipts;
  for (const model::Json& delivery : deliveries) receipts += (receipts.empty() ? "" : ",") + receipt_for(delivery);
  if (chance.percent(around_.faults.late)) around_.pass(chance.between(50, 8'000));
  if (chance.percent(around_.faults.fetch_lost)) return;
  const std::string body = R"({"source":")" + mapped_.name + R"(","receipts":[)" + receipts + "]}";
  const int times = chance.percent(around_.faults.push_twice) ? 2 : 1;
  for (int i = 0; i < times; ++i)
    if (const auto answer = hub.review.acknowledge(body); const auto* refusal = std::get_if<sync::Refusal>(&answer))
      around_.fail(mapped_.name + " acknowledged " + body + " and was refused: " + refusal->detail);
}

}  // namespace tests::sim
