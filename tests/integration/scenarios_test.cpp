#include "tests/integration/hub_process.hpp"
#include "tests/support/eventually.hpp"

#include <functional>

namespace tests::integration {

namespace {

using nlohmann::json;

/// One write of a scenario and what it is answered.
struct Write {
  std::string source;
  int version;
  json fields;
  std::string resolution;
  int status = 200;
};

struct Scenario {
  std::string key;
  std::vector<Write> writes;
  std::string last_source;
  json fields;
};

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {"CUST-001",
       {{"ERP", 1, {{"fullName", "Anna E"}, {"email", "erp@x.org"}}, "NEW_RECORD"},
        {"CRM", 1, {{"fullName", "Anna C"}, {"email", "crm@x.org"}}, "PRIORITY_WIN"}},
       "CRM",
       {{"fullName", "Anna C"}, {"email", "crm@x.org"}}},
      {"CUST-002",
       {{"CRM", 2, {{"fullName", "Bert"}}, "NEW_RECORD"}, {"Portal", 1, {{"fullName", "Old Bert"}}, "STALE_SKIP"}},
       "CRM",
       {{"fullName", "Bert"}}},
      {"CUST-003",
       {{"CRM", 3, {{"fullName", "Carla"}}, "NEW_RECORD"}, {"ERP", 3, {{"email", "carla@x.org"}}, "FIELD_MERGE"}},
       "ERP",
       {{"fullName", "Carla"}, {"email", "carla@x.org"}}},
      {"CUST-004",
       {{"CRM", 5, {{"fullName", "A"}}, "NEW_RECORD"}, {"CRM", 5, {{"fullName", "B"}}, "MANUAL", 409}},
       "CRM",
       {{"fullName", "A"}}},
      {"CUST-005", {{"CRM", 1, {{"fullName", "Dora"}}, "NEW_RECORD"}}, "CRM", {{"fullName", "Dora"}}},
  };
  return all;
}

json flat_body(const std::string& key, const Write& write) {
  json body = write.fields;
  body.update({{"externalId", key}, {"source", write.source}, {"version", write.version}});
  return body;
}

json full_body(const std::string& key, const Write& write) {
  return {{"source", write.source}, {"entity", "client"},       {"externalId", key},
          {"op", "upsert"},         {"version", write.version}, {"fields", write.fields}};
}

struct Form {
  const char* name;
  bool flat;
  bool batch;
};

class Scenarios : public HubTest, public ::testing::WithParamInterface<Form> {
 protected:
  /// Sends the changes in the form under test; each answer with its status.
  std::vector<json> send(const std::vector<json>& bodies) {
    if (GetParam().batch) return hub.batch(bodies);
    std::vector<json> answers;
    for (const json& body : bodies) {
      const auto response = hub.sync(body);
      answers.push_back(response.json());
      answers.back()["status"] = response.status;
    }
    return answers;
  }
  static json body(const std::string& key, const Write& write) {
    return GetParam().flat ? flat_body(key, write) : full_body(key, write);
  }
};

TEST_P(Scenarios, EndAsTheReferenceSays) {
  hub.start();
  std::vector<json> bodies;
  for (const Scenario& scenario : scenarios())
    for (const Write& write : scenario.writes) bodies.push_back(body(scenario.key, write));
  const auto answers = send(bodies);
  ASSERT_EQ(answers.size(), bodies.size());
  std::size_t at = 0;
  for (const Scenario& scenario : scenarios()) {
    for (const Write& write : scenario.writes) {
      const json& answer = answers[at++];
      EXPECT_EQ(answer.at("status"), write.status) << scenario.key << answer;
      EXPECT_EQ(answer.at("resolution"), write.resolution) << scenario.key << answer;
      EXPECT_EQ(answer.at("externalId"), scenario.key);
      EXPECT_EQ(answer.contains("conflictId"), write.resolution == "MANUAL") << answer;
    }
    const json record = hub.record("client", scenario.key);
    EXPECT_EQ(record.at("lastSource"), scenario.last_source) << scenario.key;
    for (const auto& [name, value] : scenario.fields.items())
      EXPECT_EQ(record.at("fields").at(name), value) << scenario.key;
  }
  EXPECT_EQ(hub.record("client", "CUST-003").at("provenance").at("fullName").at("source"), "CRM");
  EXPECT_EQ(hub.record("client", "CUST-003").at("provenance").at("email").at("source"), "ERP");
  EXPECT_EQ(hub.get("/api/conflicts?state=open").json().at("items").size(), 1U);

  const auto replayed = send({body("CUST-004", {"CRM", 6, {{"fullName", "B"}}, ""})});
  EXPECT_EQ(replayed[0].at("resolution"), "VERSION_WIN") << replayed[0];
  EXPECT_EQ(hub.record("client", "CUST-004").at("fields").at("fullName"), "B");
}

TEST_P(Scenarios, AnOrderIsAppliedAsSoonAsItsClientArrives) {
  hub.start();
  const json order{{"source", "CRM"},
                   {"entity", "order"},
                   {"externalId", "ORD-001"},
                   {"version", 1},
                   {"fields", {{"clientId", "CUST-001"}, {"total", "10.50"}}}};
  const auto parked = send({order}).at(0);
  EXPECT_EQ(parked.at("status"), 409) << parked;
  EXPECT_EQ(parked.at("error"), "dependency not met") << parked;
  EXPECT_EQ(parked.at("missing"), json::array({{{"entity", "client"}, {"externalId", "CUST-001"}}})) << parked;
  EXPECT_EQ(hub.get("/api/records/order/ORD-001").status, 404);
  EXPECT_EQ(hub.get("/api/waiting").json().at("items").at(0).at("externalId"), "ORD-001");

  EXPECT_EQ(send({body("CUST-001", {"ERP", 1, {{"fullName", "Anna"}}, ""})}).at(0).at("status"), 200);
  // Well below the 30 seconds after which the timer would try it.
  EXPECT_TRUE(support::eventually([&] { return hub.get("/api/records/order/ORD-001").status == 200; },
                                  std::chrono::seconds{5}));
  EXPECT_EQ(hub.record("order", "ORD-001").at("fields").at("total"), "10.50");
  EXPECT_TRUE(hub.get("/api/waiting").json().at("items").empty());
}

TEST_P(Scenarios, APriorityThatSqlChangedCountsForTheNextChange) {
  hub.start();
  const auto tie = [&](const std::string& key) {
    return send({body(key, {"ERP", 1, {{"fullName", "by ERP"}}, ""}),
                 body(key, {"LocalDB", 1, {{"fullName", "by LocalDB"}}, ""})})
        .at(1);
  };
  EXPECT_EQ(tie("P-1").at("resolution"), "PRIORITY_WIN");
  EXPECT_EQ(hub.record("client", "P-1").at("fields").at("fullName"), "by ERP");
  hub.execute("update source_priority set priority = 1 where source = 'LocalDB'");
  EXPECT_EQ(tie("P-2").at("resolution"), "PRIORITY_WIN");
  EXPECT_EQ(hub.record("client", "P-2").at("fields").at("fullName"), "by LocalDB");
}

INSTANTIATE_TEST_SUITE_P(Forms, Scenarios,
                         ::testing::Values(Form{"FlatSingle", true, false}, Form{"FullSingle", false, false},
                                           Form{"FlatBatch", true, true}, Form{"FullBatch", false, true}),
                         [](const auto& form) { return form.param.name; });

}  // namespace

}  // namespace tests::integration
