#include "tests/integration/hub_process.hpp"
#include "tests/support/eventually.hpp"

#include <algorithm>

namespace tests::integration {

namespace {

using nlohmann::json;

/// Deliveries to connectors outside the hub, and the dead letters that they may become.
class Outbound : public HubTest {
 protected:
  void SetUp() override { hub.start(); }

  void client(const std::string& id, const std::string& name, int version = 1) {
    const auto response = hub.sync({{"source", "CRM"}, {"externalId", id}, {"version", version}, {"fullName", name}});
    ASSERT_EQ(response.status, 200) << response.body;
  }
};

TEST_F(Outbound, ALeasedDeliveryIsHandedOutOnceUntilTheLeaseEnds) {
  client("C-1", "Ann");
  const auto first = hub.lease("ERP", 1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].at("op"), "upsert");
  EXPECT_EQ(first[0].at("fields").at("fullName"), "Ann");
  EXPECT_EQ(first[0].at("attempt"), 1);
  EXPECT_TRUE(hub.lease("ERP").empty());
  json again;
  ASSERT_TRUE(support::eventually([&] { return !(again = hub.lease("ERP")).empty(); }));
  EXPECT_EQ(again[0].at("deliveryId"), first[0].at("deliveryId"));
  EXPECT_EQ(again[0].at("attempt"), 2);
  EXPECT_EQ(hub.acknowledge("ERP", again[0], {{"status", "applied"}, {"nativeId", "E-77"}}), "applied");
  EXPECT_EQ(hub.acknowledge("ERP", first[0]), "known already");
  EXPECT_TRUE(hub.lease("ERP").empty());
  const auto links = hub.record("client", "C-1").at("links");
  EXPECT_TRUE(std::any_of(links.begin(), links.end(), [](const json& link) {
    return link.at("source") == "ERP" && link.at("nativeId") == "E-77" && link.at("baseVersion") == 1;
  })) << links;
}

TEST_F(Outbound, ANewerStateTakesThePlaceOfAPendingOne) {
  client("C-1", "one", 1);
  client("C-1", "two", 2);
  client("C-1", "three", 3);
  const auto out = hub.lease("Portal");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("fields").at("fullName"), "three");
  EXPECT_EQ(out[0].at("version"), 3);
  client("C-1", "four", 4);
  EXPECT_TRUE(hub.lease("Portal").empty()) << "one record's deliveries must not overtake each other";
  hub.acknowledge("Portal", out[0]);
  EXPECT_EQ(hub.lease("Portal").at(0).at("fields").at("fullName"), "four");
}

TEST_F(Outbound, AnOrderIsHandedOutOnlyAfterItsClientWasApplied) {
  client("C-1", "Ann");
  const auto order = hub.sync({{"source", "CRM"},
                               {"entity", "order"},
                               {"externalId", "O-1"},
                               {"version", 1},
                               {"fields", {{"clientId", "C-1"}, {"total", "5.00"}}}});
  ASSERT_EQ(order.status, 200) << order.body;
  const auto out = hub.lease("ERP");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("entity"), "client");
  EXPECT_TRUE(hub.lease("ERP").empty());
  hub.acknowledge("ERP", out[0], {{"status", "applied"}, {"nativeId", "native-1"}});
  const auto then = hub.lease("ERP");
  ASSERT_EQ(then.size(), 1U) << then;
  EXPECT_EQ(then[0].at("entity"), "order");
  EXPECT_EQ(then[0].at("fields").at("clientId"), "native-1") << "a reference travels as the target's own id";
}

TEST_F(Outbound, ARejectedDeliveryIsADeadLetterThatCanBeReplayed) {
  client("C-1", "Ann");
  EXPECT_EQ(hub.acknowledge("ERP", hub.lease("ERP").at(0), {{"status", "rejected"}, {"message", "no such city"}}),
            "dead");
  const auto letters = hub.get("/api/dead-letters?source=ERP").json().at("items");
  ASSERT_EQ(letters.size(), 1U) << letters;
  EXPECT_EQ(letters[0].at("reason"), "no such city");
  EXPECT_TRUE(hub.lease("ERP").empty());
  EXPECT_EQ(hub.audit(), "");

  const std::string id = letters[0].at("id");
  EXPECT_EQ(hub.get("/api/dead-letters/" + id).status, 200) << id;
  const auto replay = hub.post("/api/dead-letters/" + id + "/replay", "");
  EXPECT_EQ(replay.status, 202) << replay.body;
  EXPECT_EQ(hub.post("/api/dead-letters/" + id + "/replay", "").status, 404);
  EXPECT_EQ(hub.acknowledge("ERP", hub.lease("ERP").at(0)), "applied");
  EXPECT_TRUE(hub.get("/api/dead-letters").json().at("items").empty());
}

TEST_F(Outbound, DeadLettersAreReplayedByFilterAndDiscarded) {
  for (int i = 0; i < 5; ++i) client("C-" + std::to_string(i), "Ann");
  for (const char* source : {"ERP", "Portal"})
    for (const json& delivery : hub.lease(source)) hub.acknowledge(source, delivery, {{"status", "rejected"}});
  EXPECT_EQ(hub.post("/api/dead-letters/replay", R"({"source":"ERP"})").json().at("replayed"), 5);
  EXPECT_EQ(hub.lease("ERP").size(), 5U);
  const auto left = hub.get("/api/dead-letters").json().at("items");
  ASSERT_EQ(left.size(), 5U);
  for (const json& letter : left) {
    const std::string target = "/api/dead-letters/" + letter.at("id").get<std::string>();
    EXPECT_EQ(hub.request("DELETE", target).status, 200);
    EXPECT_EQ(hub.request("DELETE", target).status, 404);
  }
}

TEST_F(Outbound, AReceiptTwiceInOneRequestCountsOnce) {
  client("C-1", "one", 1);
  const auto out = hub.lease("ERP");
  client("C-1", "two", 2);
  const json receipt{{"deliveryId", out.at(0).at("deliveryId")}, {"status", "applied"}};
  const auto answer =
      hub.post("/api/outbound/ack", json{{"source", "ERP"}, {"receipts", {receipt, receipt, receipt}}}.dump());
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(hub.audit(), "");
  const auto next = hub.lease("ERP");
  ASSERT_EQ(next.size(), 1U) << answer.body;
  EXPECT_EQ(next[0].at("fields").at("fullName"), "two");
}

TEST_F(Outbound, ALaterStateFollowsADeadLetter) {
  client("C-1", "one", 1);
  const auto out = hub.lease("ERP");
  client("C-1", "two", 2);
  hub.acknowledge("ERP", out.at(0), {{"status", "rejected"}});
  EXPECT_EQ(hub.lease("ERP").at(0).at("fields").at("fullName"), "two");
}

TEST_F(Outbound, ALoserIsRepaired) {
  client("C-1", "Ann", 2);
  const auto lost = hub.sync({{"source", "Portal"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "Old"}});
  EXPECT_EQ(lost.json().at("resolution"), "STALE_SKIP");
  const auto out = hub.lease("Portal");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("fields").at("fullName"), "Ann");
}

TEST_F(Outbound, ARecordThatIsGoneIsDeletedWhereItStillIs) {
  client("C-1", "Ann", 1);
  const auto gone =
      hub.sync({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-1"}, {"op", "delete"}, {"version", 2}});
  ASSERT_EQ(gone.status, 200) << gone.body;
  hub.drain("Portal");
  const auto made =
      hub.sync({{"source", "Portal"}, {"entity", "client"}, {"externalId", "C-1"}, {"fields", {{"phone", nullptr}}}});
  EXPECT_EQ(made.status, 200) << made.body;
  const auto out = hub.lease("Portal");
  const bool revived = hub.get("/api/records/client/C-1").status == 200;
  EXPECT_TRUE(revived || (out.size() == 1 && out[0].at("op") == "delete")) << made.body << out;
}

TEST_F(Outbound, AnEchoIsNeverQueued) {
  client("C-1", "Ann");
  hub.drain("ERP");
  hub.drain("Portal");
  hub.drain("LocalDB");
  const auto echo =
      hub.sync({{"source", "ERP"}, {"entity", "client"}, {"externalId", "C-1"}, {"fields", {{"fullName", "Ann"}}}});
  EXPECT_EQ(echo.json().at("state"), "no_change") << echo.body;
  for (const char* source : {"CRM", "ERP", "Portal", "LocalDB"}) EXPECT_TRUE(hub.lease(source).empty()) << source;
}

TEST_F(Outbound, AnAuthReceiptPausesTheSource) {
  client("C-1", "Ann");
  hub.acknowledge("ERP", hub.lease("ERP").at(0), {{"status", "auth"}, {"message", "token expired"}});
  EXPECT_TRUE(hub.get("/api/sources/ERP").json().at("paused"));
  hub.post("/api/sources/ERP/resume", "");
  EXPECT_EQ(hub.lease("ERP").at(0).at("attempt"), 1) << "no attempt is burnt";
}

}  // namespace

}  // namespace tests::integration
