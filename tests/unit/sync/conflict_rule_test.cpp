#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

/// CRM and ERP stand level, so what they both write is in dispute.
class ConflictRule : public testing::Test {
 protected:
  ConflictRule() {
    hub.store.write([](hub::store::Session& session) { hub::store::put_priority(session, "ERP", 1); });
  }
  /// The CRM writes, the ERP contradicts; the conflict's name.
  std::string dispute(const std::string& id, const json& more = json::object()) {
    json first{{"source", "CRM"},
               {"entity", "client"},
               {"externalId", id},
               {"version", 1},
               {"fields", {{"email", "crm@x.org"}}}};
    json second{{"source", "ERP"},
                {"entity", "client"},
                {"externalId", id},
                {"version", 1},
                {"fields", {{"email", "erp@x.org"}}}};
    second.update(more);
    hub.post(first);
    return hub.post(second)["conflictId"];
  }
  void decide(const std::string& id, const json& decision) {
    ASSERT_EQ(hub.json_of(hub.review.resolve_conflict(id, "*", decision.dump()))["http"], 200);
  }
  json ask(const std::string& id, const std::string& take) {
    return hub.json_of(hub.review.conflict_rule(id, json{{"take", take}}.dump()));
  }
  static json rule(const json& answer, const std::string& policy) {
    for (const json& each : answer["rules"])
      if (each["policy"] == policy) return each;
    return {};
  }

  Pipeline hub;
};

TEST_F(ConflictRule, IsTriedOnWhatPeopleDecided) {
  for (int i = 0; i < 3; ++i) decide(dispute("in" + std::to_string(i)), {{"take", "incoming"}});
  for (int i = 0; i < 2; ++i) decide(dispute("as" + std::to_string(i)), {{"take", "canonical"}});
  decide(dispute("val"), {{"fields", {{"email", "third@x.org"}}}});
  const std::string open = dispute("open");
  const json answer = ask(open, "incoming");
  ASSERT_EQ(answer["http"], 200) << answer;
  EXPECT_EQ(answer["past"]["conflicts"], 7);
  EXPECT_EQ(answer["past"]["settledAlready"], 0);
  EXPECT_EQ(answer["past"]["complete"], true);
  const json prefer = rule(answer, "prefer");
  EXPECT_EQ(prefer["yaml"], "entities:\n  client:\n    fields:\n      email:\n        policy: {prefer: [ERP, CRM]}\n");
  EXPECT_EQ(prefer["settles"], 7);
  EXPECT_EQ(prefer["asDecided"], 3);
  EXPECT_EQ(prefer["otherwise"], 3);
  EXPECT_EQ(prefer["undecided"], 1);
  EXPECT_EQ(rule(answer, "owner")["yaml"],
            "entities:\n  client:\n    fields:\n      email:\n        policy: {owner: ERP}\n");
  EXPECT_TRUE(rule(answer, "newest").is_null()) << "nobody said when";
  const json kept = rule(ask(open, "canonical"), "prefer");
  EXPECT_NE(kept["yaml"].get<std::string>().find("[CRM, ERP]"), std::string::npos) << kept;
  EXPECT_EQ(kept["asDecided"], 2);
}

TEST_F(ConflictRule, SettlesOnlyConflictsThatAreAboutNothingElse) {
  const std::string open = dispute("one");
  json first{{"source", "CRM"},
             {"entity", "client"},
             {"externalId", "two"},
             {"version", 1},
             {"fields", {{"email", "a@x.org"}, {"fullName", "A"}}}};
  hub.post(first);
  first["source"] = "ERP";
  first["fields"] = {{"email", "b@x.org"}, {"fullName", "B"}};
  hub.post(first);
  const json prefer = rule(ask(open, "incoming"), "prefer");
  EXPECT_EQ(prefer["settles"], 1) << "the other one is about the name as well";
}

TEST_F(ConflictRule, TimesTellWhereTheyAreThere) {
  json first{{"source", "CRM"},
             {"entity", "client"},
             {"externalId", "T"},
             {"version", 1},
             {"fields", {{"email", "a@x.org"}}},
             {"observedAt", "2026-01-01T10:00:00Z"}};
  hub.post(first);
  first["source"] = "ERP";
  first["fields"]["email"] = "b@x.org";
  first["observedAt"] = "2026-01-01T11:00:00Z";
  const std::string id = hub.post(first)["conflictId"];
  EXPECT_EQ(rule(ask(id, "incoming"), "newest")["settles"], 1);
  EXPECT_TRUE(rule(ask(id, "canonical"), "newest").is_null()) << "the older one would lose";
}

TEST_F(ConflictRule, ThereIsNoneWhereNothingRanksTheTwo) {
  hub.post({{"source", "CRM"}, {"externalId", "S"}, {"version", 1}, {"fullName", "A"}});
  const std::string id =
      hub.post({{"source", "CRM"}, {"externalId", "S"}, {"version", 1}, {"fullName", "B"}})["conflictId"];
  EXPECT_EQ(ask(id, "incoming")["http"], 409);
  EXPECT_EQ(ask("CRM:99", "incoming")["http"], 404);
  EXPECT_EQ(ask(id, "both")["http"], 400);
  hub.post({{"source", "CRM"}, {"externalId", "S"}, {"version", 1}, {"op", "delete"}});
  const json of_a_delete = ask("CRM:3", "incoming");
  EXPECT_EQ(of_a_delete["http"], 409);
  EXPECT_NE(of_a_delete["detail"].get<std::string>().find("deletes"), std::string::npos);
}

TEST(ConflictRuleInForce, IsToldFromWhatItWouldReplace) {
  auto config = Pipeline::reference_config();
  config.entities[0].fields[1].policy.kind = hub::model::PolicyKind::kManual;
  Pipeline hub(config);
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"email", "a@x.org"}});
  const std::string id =
      hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 1}, {"email", "b@x.org"}})["conflictId"];
  const json answer = hub.json_of(hub.review.conflict_rule(id, R"({"take":"incoming"})"));
  EXPECT_EQ(answer["replaces"], json({{"email", "manual"}}));
  EXPECT_EQ(answer["rules"][0]["settles"], 1);
}

}  // namespace
}  // namespace tests
