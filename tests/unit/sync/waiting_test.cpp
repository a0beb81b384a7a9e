#include "hub/sync/timer.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

json order(const std::string& id, const std::string& client, int version = 1) {
  return {{"source", "CRM"},
          {"entity", "order"},
          {"externalId", id},
          {"version", version},
          {"fields", {{"clientId", client}, {"total", "10.5"}}}};
}
json client(const std::string& id) {
  return {{"source", "ERP"}, {"externalId", id}, {"version", 1}, {"fullName", "N"}};
}

TEST(Waiting, AnOrderBeforeItsClientIsAppliedWhenTheClientArrives) {
  Pipeline hub;
  const json parked = hub.post(order("ORD-001", "CUST-001"));
  EXPECT_EQ(parked["http"], 409);
  EXPECT_EQ(parked["error"], "dependency not met");
  EXPECT_EQ(parked["missing"], json::parse(R"([{"entity":"client","externalId":"CUST-001"}])"));
  EXPECT_EQ(parked["waitingId"], "CRM:1");
  EXPECT_EQ(hub.counter("CRM", "waiting"), 1);
  hub.post(client("CUST-001"));
  const json record = hub.record("order", "ORD-001");
  EXPECT_EQ(record["fields"], json({{"clientId", "CUST-001"}, {"total", "10.50"}}));
  EXPECT_EQ(hub.counter("CRM", "waiting"), 0);
  EXPECT_EQ(hub.counter("CRM", "applied"), 1);
}

TEST(Waiting, ParkedChangesOfARecordKeepTheirOrder) {
  Pipeline hub;
  hub.post(order("O", "C1", 1));
  json second = order("O", "C1", 2);
  second["fields"].erase("clientId");
  second["fields"]["total"] = "99";
  EXPECT_EQ(hub.post(second)["http"], 409) << "it must not overtake the parked one";
  hub.post(client("C1"));
  EXPECT_EQ(hub.record("order", "O")["fields"]["total"], "99.00");
  EXPECT_EQ(hub.record("order", "O")["version"], 2);
}

TEST(Waiting, WhatADeliveryHasWrittenOverMeanwhileIsSentAgain) {
  Pipeline hub;
  hub.post(order("O", "C1", 2));  // parked
  hub.clock.advance(std::chrono::seconds(1));
  hub.post(client("C2"));
  json other = order("O", "C2", 1);
  other["source"] = "ERP";
  hub.post(other);
  const auto receives = [&](const std::string& expected) {  // an order goes once its client is there
    const auto deliveries = hub.claim("CRM");
    ASSERT_EQ(deliveries.size(), 1U) << expected;
    EXPECT_EQ(deliveries[0].key.external_id, expected);
    hub.settle("CRM", {deliveries[0].id, hub::plugin::Status::kOk, {}, {}, {}, {}, {}});
  };
  receives("C2");
  receives("O");
  hub.clock.advance(std::chrono::seconds(1));
  hub.post(client("C1"));
  EXPECT_EQ(hub.record("order", "O")["fields"]["clientId"], "C1") << "CRM had said so before";
  receives("C1");
  receives("O");  // CRM holds what it was sent, not what it had said
}

TEST(Waiting, InOneTransactionTheClientBehindTheOrderIsEnough) {
  Pipeline hub;
  const auto submission = [&](const json& body) {
    return std::get<hub::sync::Submission>(hub::sync::Intake(hub.config).read(body.dump(), hub.clock.now_ms()));
  };
  hub.pulled({submission(order("O", "C1")), submission(client("C1"))});
  EXPECT_EQ(hub.record("order", "O")["version"], 1);
}

TEST(Waiting, EndsAsADeadLetterAfterItsAttemptsAndCanBeReplayed) {
  Pipeline hub;
  hub.post(order("O", "C1"));
  for (int attempt = 1; attempt <= 5; ++attempt) {
    hub.clock.advance(std::chrono::seconds(31));
    hub.committer.run([&](hub::sync::Transaction& transaction) {
      for (const auto& parked : hub::store::due_waiting(transaction.session(), hub.clock.now_ms(), 10))
        transaction.release(parked, true);
      return true;
    });
    EXPECT_EQ(hub.counter("CRM", "dead"), attempt == 5 ? 1 : 0) << "attempt " << attempt;
  }
  EXPECT_EQ(hub.json_of(hub.review.replay("CRM:1", ""))["http"], 409)
      << "the client is still not there: it is parked again";
  EXPECT_EQ(hub.counter("CRM", "waiting"), 1);
  hub.post(client("C1"));
  EXPECT_EQ(hub.record("order", "O")["http"], 200);
}

TEST(Waiting, ThoseBehindLosePatienceWithTheFirst) {
  Pipeline hub;
  for (int version = 1; version <= 3; ++version) hub.post(order("O", "C1", version));
  for (int attempt = 1; attempt <= 5; ++attempt) {
    hub.clock.advance(std::chrono::seconds(31));
    static_cast<void>(hub::sync::release_due(hub.around, hub.committer));
    const auto due =
        hub.store.read([&](hub::store::Session& s) { return hub::store::due_waiting(s, hub.clock.now_ms(), 10); });
    EXPECT_TRUE(due.empty()) << "who is behind another is due again later, not at every look";
  }
  EXPECT_EQ(hub.counter("CRM", "dead"), 3);
}

TEST(Waiting, ACycleOfReferencesIsReportedAndNotWaitedFor) {
  auto config = Pipeline::reference_config();
  hub::model::FieldSchema referrer;
  referrer.name = "firstOrder";
  referrer.type = hub::model::FieldType::kReference;
  referrer.references = "order";
  config.entities[0].fields.push_back(referrer);
  for (auto& source : config.sources)
    source.entities[0].fields.push_back({"firstOrder", "firstOrder", hub::config::Direction::kBoth, {}});
  Pipeline hub(config);
  hub.post(order("O", "C1"));
  json closing = client("C1");
  closing["firstOrder"] = "O";
  const json answer = hub.post(closing);
  EXPECT_EQ(answer["http"], 409);
  EXPECT_EQ(answer["resolution"], "MANUAL");
}

TEST(Waiting, ADeliveryGoesOutAfterTheRecordThatItReferences) {
  Pipeline hub;
  hub.post(client("C1"));
  hub.post(order("O", "C1"));
  const auto first = hub.claim("Portal");
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].key.entity, "client");
  EXPECT_TRUE(hub.claim("Portal").empty());
  hub::sync::Receipt receipt;
  receipt.delivery_id = first[0].id;
  receipt.status = hub::plugin::Status::kOk;
  receipt.native_id = "p-77";
  hub.settle("Portal", receipt);
  const auto second = hub.claim("Portal");
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(hub::model::find_field(second[0].fields, "clientId")->text(), "p-77")
      << "references are the target's own ids";
}

}  // namespace
}  // namespace tests
