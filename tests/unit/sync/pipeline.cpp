#include "tests/unit/sync/pipeline.hpp"

#include "hub/sync/views.hpp"

#include <gtest/gtest.h>

namespace tests {

using namespace hub;

namespace {

model::FieldSchema field(std::string name, model::FieldType type = model::FieldType::kString) {
  model::FieldSchema schema;
  schema.name = std::move(name);
  schema.type = type;
  return schema;
}

}  // namespace

config::Config Pipeline::reference_config() {
  config::Config config;
  config.api.default_entity = "client";
  model::EntitySchema client;
  client.name = "client";
  client.fields = {field("fullName"), field("email"), field("phone")};
  model::EntitySchema order;
  order.name = "order";
  order.fields = {field("clientId", model::FieldType::kReference), field("total", model::FieldType::kDecimal)};
  order.fields[0].references = "client";
  order.fields[0].required = true;
  order.fields[1].scale = 2;
  config.entities = {client, order};
  int priority = 0;
  for (const char* name : {"CRM", "ERP", "Portal", "LocalDB"}) {
    config::SourceConfig source;
    source.name = name;
    source.priority = ++priority;
    for (const model::EntitySchema& entity : config.entities) {
      config::EntityMapping mapping;
      mapping.entity = mapping.remote = entity.name;
      for (const model::FieldSchema& each : entity.fields)
        mapping.fields.push_back({each.name, each.name, config::Direction::kBoth, {}});
      source.entities.push_back(mapping);
    }
    config.sources.push_back(source);
  }
  return config;
}

Pipeline::Pipeline(config::Config given, bool durable)
    : config(std::move(given)),
      store({place.location(), durable}, clock),
      around{config, store, clock, rng},
      committer(around, [this](const std::set<std::string>& targets) { woken.insert(targets.begin(), targets.end()); }),
      deliveries(config, clock, rng),
      review(around, committer, deliveries) {
  store.write([&](store::Session& session) {
    store::seed_priority(session, sync::kSteward, 0);
    for (const auto& source : config.sources) store::seed_priority(session, source.name, source.priority);
  });
}

Pipeline::~Pipeline() {
  const auto findings = store.read([](store::Session& session) { return store::audit(session); });
  for (const auto& finding : findings)
    ADD_FAILURE() << "audit: " << finding.law << ": " << finding.subject << " should be " << finding.expected << ", is "
                  << finding.found;
}

nlohmann::json Pipeline::json_of(const sync::Outcome& outcome) {
  if (const auto* refusal = std::get_if<sync::Refusal>(&outcome)) {
    nlohmann::json json{{"http", refusal->status}, {"detail", refusal->detail}};
    for (const auto& error : refusal->errors) json["errors"][error.pointer] = error.detail;
    return json;
  }
  const auto& view = std::get<sync::View>(outcome);
  auto json = nlohmann::json::parse(view.body);
  json["http"] = view.status;
  return json;
}

nlohmann::json Pipeline::post(const nlohmann::json& body) {
  auto read = sync::Intake(config).read(body.dump(), clock.now_ms());
  if (const auto* refusal = std::get_if<sync::Refusal>(&read)) return json_of(*refusal);
  return json_of(sync::outcome_of(committer.run(
      [&](sync::Transaction& transaction) { return transaction.apply(std::get<sync::Submission>(read)); })));
}

std::vector<sync::Result> Pipeline::pulled(const std::vector<sync::Submission>& changes) {
  return committer.run([&](sync::Transaction& transaction) {
    std::vector<sync::Result> results;
    for (const auto& change : changes) results.push_back(transaction.apply(change));
    return results;
  });
}

nlohmann::json Pipeline::record(const std::string& entity, const std::string& id) {
  return json_of(store.read([&](store::Session& session) { return sync::view_record(session, {entity, id}); }));
}

std::vector<sync::Delivery> Pipeline::claim(const std::string& target, int limit) {
  return store.write([&](store::Session& session) {
    return deliveries.claim(session, target, limit, std::chrono::seconds(60), "test");
  });
}

sync::Deliveries::Settled Pipeline::settle(const std::string& target, const sync::Receipt& receipt) {
  return store.write(
      [&](store::Session& session) { return deliveries.settle(session, target, {receipt}, {}).front(); });
}

int Pipeline::drain() {
  int applied = 0;
  for (bool more = true; more;) {
    more = false;
    for (const auto& source : config.sources)
      for (const auto& delivery : claim(source.name)) {
        sync::Receipt receipt;
        receipt.delivery_id = delivery.id;
        receipt.status = plugin::Status::kOk;
        EXPECT_EQ(settle(source.name, receipt), sync::Deliveries::Settled::kDone) << delivery.id;
        ++applied;
        more = true;
      }
  }
  return applied;
}

std::int64_t Pipeline::counter(const std::string& source, const std::string& name) {
  return store.read([&](store::Session& session) {
    std::int64_t value = 0;
    for (const auto& counter : store::load_counters(session))
      if (counter.source == source && counter.name == name) value = counter.value;
    return value;
  });
}

}  // namespace tests
