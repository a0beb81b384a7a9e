#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

class Conflict : public testing::Test {
 protected:
  Conflict() {
    hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"fullName", "A"}});
    hub.drain();
    id = hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"fullName", "B"}})["conflictId"];
  }
  json show() {
    return hub.json_of(
        hub.store.read([&](hub::store::Session& session) { return hub::sync::view_conflict(session, id); }));
  }
  json resolve(const json& decision, const std::string& if_match = "") {
    return hub.json_of(hub.review.resolve_conflict(id, if_match, decision.dump()));
  }
  std::string name() { return hub.record("client", "C")["fields"]["fullName"]; }

  Pipeline hub;
  std::string id;
};

TEST_F(Conflict, ShowsBothSides) {
  const json shown = show();
  EXPECT_EQ(shown["state"], "open");
  EXPECT_EQ(shown["incoming"]["fullName"], "B");
  EXPECT_EQ(shown["record"]["fields"]["fullName"], "A");
  EXPECT_EQ(shown["fields"], json({"fullName"}));
}

TEST_F(Conflict, TakingTheIncomingWritesANewVersionForEverybody) {
  const json answer = resolve({{"take", "incoming"}});
  EXPECT_EQ(answer["version"], 6);
  EXPECT_EQ(name(), "B");
  EXPECT_EQ(hub.record("client", "C")["lastSource"], "steward");
  EXPECT_EQ(hub.claim("CRM").size(), 0U) << "it holds B already";
  EXPECT_EQ(hub.drain(), 3);
}

TEST_F(Conflict, KeepingTheCanonicalRepairsTheSourceThatRaisedIt) {
  EXPECT_TRUE(hub.claim("CRM").empty()) << "while the conflict is open its value must not be overwritten";
  EXPECT_EQ(resolve({{"take", "canonical"}})["http"], 200);
  EXPECT_EQ(name(), "A");
  const auto repair = hub.claim("CRM");
  ASSERT_EQ(repair.size(), 1U);
  EXPECT_EQ(hub::model::find_field(repair[0].fields, "fullName")->text(), "A");
}

TEST_F(Conflict, GivenFieldsWin) {
  EXPECT_EQ(resolve({{"fields", {{"fullName", "C"}}}})["http"], 200);
  EXPECT_EQ(name(), "C");
  EXPECT_EQ(hub.drain(), 4);
}

TEST_F(Conflict, TwoReviewersCannotBothWin) {
  EXPECT_EQ(resolve({{"take", "incoming"}})["http"], 200);
  EXPECT_EQ(resolve({{"take", "canonical"}})["http"], 409);
  EXPECT_EQ(name(), "B");
}

TEST_F(Conflict, ADecisionAppliesToTheVersionThatItWasShown) {
  const std::string shown = show()["record"]["etag"];
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 9}, {"fullName", "Newer"}});
  EXPECT_EQ(resolve({{"take", "incoming"}}, shown)["http"], 409);
  EXPECT_EQ(name(), "Newer");
}

TEST_F(Conflict, OthersAreStillServed) {
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 6}, {"email", "e@x.org"}});
  EXPECT_TRUE(hub.claim("CRM").empty());
  EXPECT_EQ(hub.claim("Portal").size(), 1U);
}

TEST_F(Conflict, BadDecisionsAreRefused) {
  for (const json& decision :
       {json{{"take", "both"}}, json::object(), json{{"take", "incoming"}, {"fields", json::object()}},
        json{{"fields", {{"nope", 1}}}}, json{{"take", "incoming"}, {"because", "x"}}})
    EXPECT_EQ(resolve(decision)["http"], 400) << decision;
  EXPECT_EQ(hub.json_of(hub.review.resolve_conflict("CRM:99", "", R"({"take":"incoming"})"))["http"], 404);
  EXPECT_EQ(show()["state"], "open");
}

TEST(Edit, NeedsTheEtagThatWasShown) {
  Pipeline hub;
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "A"}});
  const std::string body = R"({"fullName": "Edited"})";
  EXPECT_EQ(hub.json_of(hub.review.edit({"client", "C"}, "", body))["http"], 428);
  EXPECT_EQ(hub.json_of(hub.review.edit({"client", "C"}, "9.9", body))["http"], 412);
  EXPECT_EQ(hub.json_of(hub.review.edit({"client", "X"}, "1.1", body))["http"], 404);
  const json answer = hub.json_of(hub.review.edit({"client", "C"}, "1.1", body));
  EXPECT_EQ(answer["http"], 200);
  EXPECT_EQ(answer["version"], 2);
  EXPECT_EQ(hub.record("client", "C")["provenance"]["fullName"]["source"], "steward");
  EXPECT_EQ(hub.drain(), 4) << "CRM is told as well";
}

}  // namespace
}  // namespace tests
