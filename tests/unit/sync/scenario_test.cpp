#include "hub/store/session.hpp"
#include "hub/store/sources.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

/// SEMANTICS 10, in the flat body and in the full one.
class Scenario : public testing::TestWithParam<bool> {
 protected:
  json write(const std::string& id, const std::string& source, int version, const json& fields) {
    json body{{"source", source}, {"externalId", id}, {"version", version}};
    if (GetParam()) {
      body["entity"] = "client";
      body["fields"] = fields;
    } else {
      body.update(fields);
    }
    return hub.post(body);
  }
  Pipeline hub;
};

TEST_P(Scenario, PriorityWins) {
  EXPECT_EQ(write("CUST-001", "ERP", 1, {{"fullName", "Erp Name"}, {"email", "erp@x.org"}})["resolution"],
            "NEW_RECORD");
  const json answer = write("CUST-001", "CRM", 1, {{"fullName", "Crm Name"}, {"email", "crm@x.org"}});
  EXPECT_EQ(answer["resolution"], "PRIORITY_WIN");
  EXPECT_EQ(answer["changedFields"], json({"email", "fullName"}));
  const json record = hub.record("client", "CUST-001");
  EXPECT_EQ(record["lastSource"], "CRM");
  EXPECT_EQ(record["fields"]["fullName"], "Crm Name");
  EXPECT_EQ(record["fields"]["email"], "crm@x.org");
}

TEST_P(Scenario, StaleIsSkipped) {
  write("CUST-002", "CRM", 2, {{"fullName", "Two"}});
  const json answer = write("CUST-002", "Portal", 1, {{"fullName", "One"}});
  EXPECT_EQ(answer["resolution"], "STALE_SKIP");
  EXPECT_EQ(answer["http"], 200);
  EXPECT_EQ(answer["state"], "superseded");
  EXPECT_EQ(hub.record("client", "CUST-002")["lastSource"], "CRM");
}

TEST_P(Scenario, FieldsMerge) {
  write("CUST-003", "CRM", 3, {{"fullName", "From CRM"}});
  EXPECT_EQ(write("CUST-003", "ERP", 3, {{"email", "from@erp.org"}})["resolution"], "FIELD_MERGE");
  const json record = hub.record("client", "CUST-003");
  EXPECT_EQ(record["lastSource"], "ERP");
  EXPECT_EQ(record["provenance"]["fullName"]["source"], "CRM");
  EXPECT_EQ(record["provenance"]["email"]["source"], "ERP");
  EXPECT_EQ(record["version"], 3);
}

TEST_P(Scenario, EqualPriorityIsForAPerson) {
  write("CUST-004", "CRM", 5, {{"fullName", "A"}});
  const json answer = write("CUST-004", "CRM", 5, {{"fullName", "B"}});
  EXPECT_EQ(answer["http"], 409);
  EXPECT_EQ(answer["resolution"], "MANUAL");
  EXPECT_EQ(answer["conflictId"], "CRM:2");
  EXPECT_EQ(hub.record("client", "CUST-004")["fields"]["fullName"], "A");
  EXPECT_EQ(write("CUST-004", "CRM", 6, {{"fullName", "B"}})["resolution"], "VERSION_WIN");
  EXPECT_EQ(hub.record("client", "CUST-004")["fields"]["fullName"], "B");
  const bool open =
      hub.store.read([](hub::store::Session& session) { return hub::store::load_present(session).conflicts; });
  EXPECT_FALSE(open) << "the replay at v6 has overtaken the conflict";
}

TEST_P(Scenario, NewRecord) {
  const json answer = write("CUST-005", "CRM", 1, {{"fullName", "New"}});
  EXPECT_EQ(answer["resolution"], "NEW_RECORD");
  EXPECT_EQ(answer["version"], 1);
  EXPECT_EQ(answer["etag"], "1.1");
  EXPECT_EQ(answer["changeId"], "CRM:1");
}

TEST_P(Scenario, PromotionBySqlChangesTheNextPriorityWin) {
  write("CUST-001", "ERP", 1, {{"fullName", "Erp"}});
  EXPECT_EQ(write("CUST-001", "LocalDB", 1, {{"fullName", "Local"}})["state"], "superseded");
  hub.place.sql("update source_priority set priority = 0 where source = 'LocalDB'");
  EXPECT_EQ(write("CUST-001", "LocalDB", 1, {{"fullName", "Local"}})["state"], "applied");
  EXPECT_EQ(hub.record("client", "CUST-001")["fields"]["fullName"], "Local");
}

INSTANTIATE_TEST_SUITE_P(FlatAndFull, Scenario, testing::Bool(),
                         [](const auto& of) { return of.param ? "Full" : "Flat"; });

TEST(Idempotency, TheSameIdAnswersTheSame) {
  Pipeline hub;
  const json body{{"source", "CRM"},  {"entity", "client"}, {"externalId", "C"},
                  {"changeId", "k1"}, {"version", 1},       {"fields", {{"fullName", "N"}}}};
  const json first = hub.post(body);
  json again = hub.post(body);
  EXPECT_EQ(again["duplicate"], true);
  again.erase("duplicate");
  EXPECT_EQ(again, first);
  json other = body;
  other["fields"]["fullName"] = "Other";
  EXPECT_EQ(hub.post(other)["http"], 422);
  EXPECT_EQ(hub.counter("CRM", "acknowledged"), 2);
  EXPECT_EQ(hub.counter("CRM", "no_change"), 1);
}

TEST(Idempotency, WithoutAnIdAWriteThatChangesNothingIsNoChange) {
  Pipeline hub;
  const json body{{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "N"}};
  hub.post(body);
  EXPECT_EQ(hub.post(body)["resolution"], "NO_CHANGE");
}

TEST(Deletes, ATombstoneKeepsALateUpsertOutAndALaterVersionRevives) {
  Pipeline hub;
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "N"}});
  hub.drain();
  EXPECT_EQ(hub.post({{"source", "ERP"},
                      {"entity", "client"},
                      {"externalId", "C"},
                      {"op", "delete"},
                      {"version", 3}})["resolution"],
            "VERSION_WIN");
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
  EXPECT_EQ(hub.drain(), 3) << "every other source is told";
  EXPECT_EQ(hub.post({{"source", "Portal"}, {"externalId", "C"}, {"version", 2}, {"fullName", "Late"}})["resolution"],
            "STALE_SKIP");
  EXPECT_EQ(hub.post({{"source", "Portal"}, {"externalId", "C"}, {"version", 4}, {"fullName", "Back"}})["resolution"],
            "VERSION_WIN");
  EXPECT_EQ(hub.record("client", "C")["fields"], json({{"fullName", "Back"}}));
}

TEST(Deletes, ASourceMayBeTreatedOtherwiseThanItsEntity) {
  auto config = Pipeline::reference_config();
  config.sources[1].entities[0].deletes = hub::model::DeleteMode::kIgnore;  // ERP
  config.sources[2].entities[0].deletes = hub::model::DeleteMode::kManual;  // Portal
  Pipeline hub(config);
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "N"}});
  const auto erase = [&](const char* source, int version) {
    return hub.post(
        {{"source", source}, {"entity", "client"}, {"externalId", "C"}, {"version", version}, {"op", "delete"}});
  };
  EXPECT_EQ(erase("ERP", 2)["resolution"], "NO_CHANGE");
  EXPECT_EQ(erase("Portal", 3)["http"], 409);
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "N");
  EXPECT_EQ(erase("CRM", 4)["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
}

}  // namespace
}  // namespace tests
