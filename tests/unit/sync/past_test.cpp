#include "hub/sync/views.hpp"
#include "tests/unit/sync/witness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

const hub::model::RecordKey kKey{"client", "C"};

/// A pipeline and what people ask of a record's past.
class PastOf : public testing::Test {
 protected:
  void post(const std::string& source, int version, json fields, const std::string& op = "upsert") {
    json body{{"source", source}, {"entity", "client"}, {"externalId", "C"}, {"version", version}, {"op", op}};
    if (op == "upsert") body["fields"] = std::move(fields);
    hub.clock.advance(std::chrono::minutes(1));
    EXPECT_LT(hub.post(body)["http"], 410);
  }
  /// "2026-01-01T00:05:00Z" for 5.
  static std::string minute(int n) {
    return "2026-01-01T00:" + std::string(n < 10 ? "0" : "") + std::to_string(n) + ":00Z";
  }
  json history(const std::string& at = {}, const hub::sync::Page& page = {"", 100}) {
    return hub.json_of(
        hub.store.read([&](hub::store::Session& session) { return hub::sync::view_history(session, kKey, at, page); }));
  }
  json at(const std::string& time) {
    return hub.json_of(
        hub.store.read([&](hub::store::Session& session) { return hub::sync::view_record_at(session, kKey, time); }));
  }

  Pipeline hub;
};

TEST_F(PastOf, AHistorySaysFromWhatToWhatAndWhatLost) {
  post("CRM", 1, {{"fullName", "One"}, {"email", "a@x.org"}});
  post("ERP", 1, {{"email", "b@x.org"}, {"phone", "1"}});
  post("CRM", 2, {}, "delete");
  post("ERP", 3, {{"fullName", "Back"}});
  post("ERP", 3, {{"fullName", "Twice"}});
  const json all = history();
  EXPECT_EQ(all["complete"], true);
  const json& items = all["items"];
  ASSERT_EQ(items.size(), 5U);
  const char* const effects[] = {"none", "revived", "deleted", "changed", "created"};
  for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(items[i]["effect"], effects[i]) << items[i];
  EXPECT_EQ(items[0]["conflict"]["state"], "open");
  EXPECT_EQ(items[0]["decision"]["fullName"]["from"], "Back");
  EXPECT_EQ(items[0]["decision"]["fullName"]["to"], "Back");
  EXPECT_EQ(items[0]["decision"]["fullName"]["loser"], "Twice");
  EXPECT_EQ(items[1]["decision"]["fullName"]["from"], nullptr) << "a deleted record has none";
  EXPECT_EQ(items[2]["decision"]["phone"]["from"], "1");
  EXPECT_EQ(items[2]["decision"]["phone"]["to"], nullptr);
  EXPECT_EQ(items[3]["decision"]["email"]["to"], "a@x.org") << "CRM comes before ERP";
  EXPECT_EQ(items[3]["decision"]["email"]["loser"], "b@x.org");
  EXPECT_EQ(items[3]["at"], "2026-01-01T00:02:00.000Z");
  EXPECT_EQ(items[4]["decision"]["email"]["from"], nullptr);

  const json first = history("", {"", 2});
  EXPECT_EQ(first["items"][1]["effect"], "revived") << "also where the delete is on the next page";
  const json second = history("", {first["next"], 2});
  EXPECT_EQ(second["items"][0]["effect"], "deleted");
  EXPECT_EQ(second["items"][1]["decision"]["phone"]["to"], "1") << "values are known across pages";
  EXPECT_EQ(history(minute(2))["items"].size(), 2U);
  EXPECT_EQ(history("yesterday")["http"], 400);
}

TEST_F(PastOf, ARecordIsShownAsItWas) {
  post("CRM", 1, {{"fullName", "One"}, {"email", "a@x.org"}});
  post("ERP", 2, {{"email", "b@x.org"}});
  post("CRM", 3, {}, "delete");
  post("ERP", 4, {{"fullName", "Back"}});
  EXPECT_EQ(at(minute(0))["http"], 404);
  const json one = at("2026-01-01T02:01:30+02:00");
  EXPECT_EQ(one["version"], 1);
  EXPECT_EQ(one["fields"], (json{{"fullName", "One"}, {"email", "a@x.org"}}));
  const json two = at(minute(2));
  EXPECT_EQ(two["fields"]["email"], "b@x.org");
  EXPECT_EQ(two["provenance"]["email"]["changeId"], "ERP:1");
  EXPECT_EQ(two["provenance"]["fullName"]["source"], "CRM");
  EXPECT_EQ(at(minute(3))["http"], 410);
  EXPECT_EQ(at(minute(59))["fields"], (json{{"fullName", "Back"}}));
  EXPECT_EQ(at("now")["http"], 400);
}

TEST_F(PastOf, AParkedChangeCountsFromWhenItWasApplied) {
  hub.clock.advance(std::chrono::minutes(1));
  hub.post({{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "C"}, {"total", "1.00"}}}});
  hub.clock.advance(std::chrono::minutes(9));
  post("ERP", 1, {{"fullName", "One"}});
  const auto order_at = [&](const std::string& time) {
    return hub.json_of(hub.store.read([&](hub::store::Session& session) {
      return hub::sync::view_record_at(session, {"order", "O"}, time);
    }));
  };
  EXPECT_EQ(order_at(minute(5))["http"], 404) << "it was parked";
  const json order = order_at(minute(11));
  EXPECT_EQ(order["fields"]["total"], "1.00");
  EXPECT_EQ(order["provenance"]["total"]["at"], "2026-01-01T00:11:00.000Z");
}

TEST_F(PastOf, AClockThatWasAheadHidesNothing) {
  post("CRM", 1, {{"fullName", "One"}});  // at minute 1
  hub.clock.jump(std::chrono::minutes(30));
  post("CRM", 2, {{"fullName", "Two"}});  // at minute 32
  hub.clock.jump(std::chrono::minutes(-30));
  post("CRM", 3, {{"fullName", "Three"}});  // at minute 3
  EXPECT_EQ(at(minute(2))["fields"]["fullName"], "One");
  EXPECT_EQ(at(minute(4))["fields"]["fullName"], "Three") << "the change after it had been decided, so it was too";
}

/// The journal tells every state that a record ever had, exactly: values, provenance, versions, tombstone and times.
RC_GTEST_PROP(Past, IsExactAtEveryChange, ()) {
  Witness witness(*rc::gen::arbitrary<unsigned>());
  witness.live(50);
  witness.compare();
}

}  // namespace
}  // namespace tests
