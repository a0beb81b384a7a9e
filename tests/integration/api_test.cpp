#include "tests/integration/hub_process.hpp"
#include "tests/support/sqlite.hpp"

#include <array>
#include <set>
#include <thread>

namespace tests::integration {

namespace {

using nlohmann::json;

class Api : public HubTest {
 protected:
  void SetUp() override { hub.start(); }

  support::HttpResponse client(const std::string& id, const std::string& source, json fields, int version = 0) {
    json body{{"source", source}, {"entity", "client"}, {"externalId", id}, {"fields", std::move(fields)}};
    if (version > 0) body["version"] = version;
    return hub.sync(body);
  }
  support::HttpResponse patch(const std::string& id, const std::string& etag, const json& fields) {
    support::Headers headers;
    if (!etag.empty()) headers.emplace_back("If-Match", etag);
    return hub.request("PATCH", "/api/records/client/" + id, fields.dump(), headers);
  }
  support::HttpResponse resolve(const std::string& conflict, const std::string& etag, const std::string& decision) {
    return hub.request("POST", "/api/conflicts/" + conflict + "/resolve", decision, {{"If-Match", etag}});
  }
  /// Opens a conflict on client `id`; its name.
  std::string open_conflict(const std::string& id) {
    EXPECT_EQ(client(id, "CRM", {{"fullName", "A"}}, 5).status, 200);
    const auto conflict = client(id, "CRM", {{"fullName", "B"}}, 5);
    EXPECT_EQ(conflict.status, 409) << conflict.body;
    return conflict.json().at("conflictId");
  }
};

TEST_F(Api, AStewardEditsWithTheEtagThatWasShown) {
  const auto created = client("C-1", "CRM", {{"fullName", "Ann"}});
  ASSERT_EQ(created.status, 200) << created.body;
  const auto shown = hub.get("/api/records/client/C-1");
  EXPECT_EQ(shown.header("ETag"), created.header("ETag"));
  EXPECT_EQ(shown.header("ETag"), "\"" + shown.json().at("etag").get<std::string>() + "\"");

  EXPECT_EQ(patch("C-1", "", {{"fullName", "Anna"}}).status, 428);
  EXPECT_EQ(patch("C-1", "\"0.0\"", {{"fullName", "Anna"}}).status, 412);
  EXPECT_EQ(patch("C-2", "*", {{"fullName", "Anna"}}).status, 404);
  EXPECT_EQ(patch("C-1", shown.header("ETag"), {{"fullNam", "Anna"}}).status, 400);
  const auto edited = patch("C-1", shown.header("ETag"), {{"fullName", "Anna"}});
  EXPECT_EQ(edited.status, 200) << edited.body;
  EXPECT_EQ(patch("C-1", shown.header("ETag"), {{"fullName", "Other"}}).status, 412);
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "Anna");
  const auto out = hub.lease("CRM");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("fields").at("fullName"), "Anna");
}

TEST_F(Api, AListIsPagedWithoutGapOrRepeat) {
  std::vector<json> changes;
  for (int i = 0; i < 57; ++i)
    changes.push_back({{"externalId", "C-" + std::to_string(i)}, {"source", "CRM"}, {"version", 1}, {"fullName", "x"}});
  hub.batch(changes);
  std::set<std::string> seen;
  int pages = 0;
  for (std::string cursor; pages < 20; ++pages) {
    const auto page = hub.get("/api/records?entity=client&limit=10" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << page.body;
    const json items = page.json().at("items");
    EXPECT_LE(items.size(), 10U);
    for (const json& item : items) EXPECT_TRUE(seen.insert(item.at("externalId")).second) << item;
    if (page.json().at("next").is_null()) break;
    cursor = page.json().at("next");
  }
  EXPECT_EQ(seen.size(), 57U);
  EXPECT_EQ(pages, 5);
}

TEST_F(Api, ARepeatIsAnsweredAsTheFirst) {
  const json change{{"externalId", "C-1"}, {"source", "CRM"}, {"version", 1}, {"fullName", "Ann"}, {"changeId", "x-1"}};
  const auto first = hub.sync(change);
  const auto repeat = hub.sync(change);
  EXPECT_EQ(repeat.status, 200);
  EXPECT_FALSE(first.json().value("duplicate", false));
  EXPECT_TRUE(repeat.json().value("duplicate", false)) << repeat.body;
  EXPECT_EQ(repeat.json().at("resolution"), "NEW_RECORD");
  json other = change;
  other["fullName"] = "Bob";
  EXPECT_EQ(hub.sync(other).status, 422);
  EXPECT_EQ(hub.value("select count(*) from source_records"), "1");
}

TEST_F(Api, AConflictIsSettledByAPerson) {
  const std::string id = open_conflict("C-1");
  ASSERT_EQ(hub.get("/api/conflicts/" + id).json().at("state"), "open");
  hub.drain("ERP");
  const std::string etag = hub.get("/api/conflicts/" + id).header("ETag");
  EXPECT_EQ(resolve(id, etag, R"({"take":"both"})").status, 400);
  EXPECT_EQ(resolve("CRM:999", "*", R"({"take":"incoming"})").status, 404);
  EXPECT_EQ(hub.post("/api/conflicts/" + id + "/resolve", R"({"take":"incoming"})").status, 428);
  const auto settled = resolve(id, etag, R"({"take":"incoming"})");
  EXPECT_EQ(settled.status, 200) << settled.body;
  EXPECT_EQ(resolve(id, "*", R"({"take":"incoming"})").status, 409);
  const json record = hub.record("client", "C-1");
  EXPECT_EQ(record.at("fields").at("fullName"), "B");
  EXPECT_EQ(record.at("version"), 6);
  const auto out = hub.lease("ERP");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("fields").at("fullName"), "B");
}

TEST_F(Api, AConflictIsSettledWithGivenFieldsOrAsItIs) {
  const std::string given = open_conflict("C-1");
  EXPECT_EQ(resolve(given, "*", R"({"take":"fields","fields":{"fullName":"C"}})").status, 200);
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "C");
  const std::string kept = open_conflict("C-2");
  EXPECT_EQ(resolve(kept, "*", R"({"take":"canonical"})").status, 200);
  EXPECT_EQ(hub.record("client", "C-2").at("fields").at("fullName"), "A");
  EXPECT_TRUE(hub.get("/api/conflicts?state=open").json().at("items").empty());
}

TEST_F(Api, OfTwoReviewersWhoDecideAtOnceOneWins) {
  for (int round = 0; round < 20; ++round) {
    const std::string id = open_conflict("R-" + std::to_string(round));
    const std::string path = "/api/conflicts/" + id;
    const std::string etag = hub.get(path).header("ETag");
    std::array<support::HttpResponse, 2> answers;
    std::vector<std::thread> reviewers;
    for (std::size_t i = 0; i < 2; ++i)
      reviewers.emplace_back([&, i] {
        const char* decision = i == 0 ? R"({"take":"incoming"})" : R"({"take":"canonical"})";
        answers[i] = support::http(hub.port(), "POST", path + "/resolve", decision, {{"If-Match", etag}});
      });
    for (std::thread& reviewer : reviewers) reviewer.join();
    const std::size_t winner = answers[0].status == 200 ? 0 : 1;
    const auto& loser = answers[1 - winner];
    EXPECT_EQ(answers[winner].status, 200) << answers[winner].body;
    EXPECT_EQ(loser.status, 409) << loser.body;
    EXPECT_EQ(loser.json().at("conflict").at("outcome"), winner == 0 ? "incoming" : "canonical");
    EXPECT_EQ(hub.record("client", "R-" + std::to_string(round)).at("fields").at("fullName"), winner == 0 ? "B" : "A");
  }
}

TEST_F(Api, ADeletedRecordIsGoneAndARevivedOneIsBack) {
  client("C-1", "CRM", {{"fullName", "Ann"}}, 1);
  hub.drain("ERP");
  const auto deleted =
      hub.sync({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-1"}, {"op", "delete"}, {"version", 2}});
  EXPECT_EQ(deleted.status, 200) << deleted.body;
  EXPECT_EQ(hub.get("/api/records/client/C-1").status, 410);
  const auto out = hub.lease("ERP");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("op"), "delete");
  EXPECT_EQ(hub.acknowledge("ERP", out[0]), "applied");
  EXPECT_EQ(client("C-1", "Portal", {{"fullName", "Old"}}, 1).json().at("resolution"), "STALE_SKIP");
  EXPECT_EQ(hub.get("/api/records/client/C-1").status, 410);
  EXPECT_EQ(client("C-1", "Portal", {{"fullName", "New"}}, 3).status, 200);
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "New");
}

TEST_F(Api, HistoryTellsEveryChangeWithItsDecision) {
  client("C-1", "ERP", {{"fullName", "E"}}, 1);
  client("C-1", "CRM", {{"fullName", "C"}}, 1);
  client("C-1", "Portal", {{"fullName", "P"}}, 1);
  const json items = hub.get("/api/records/client/C-1/history").json().at("items");
  ASSERT_EQ(items.size(), 3U) << items;
  EXPECT_EQ(items[0].at("source"), "Portal");
  EXPECT_EQ(items[0].at("state"), "superseded");
  EXPECT_EQ(items[1].at("resolution"), "PRIORITY_WIN");
  EXPECT_EQ(items[2].at("body").at("fields").at("fullName"), "E");
}

TEST_F(Api, APausedSourceGetsNothingAndTheOthersDo) {
  EXPECT_EQ(hub.post("/api/sources/ERP/pause", R"({"reason":"upgrade"})").status, 200);
  EXPECT_EQ(hub.post("/api/sources/Nobody/pause", "").status, 404);
  client("C-1", "CRM", {{"fullName", "Ann"}}, 1);
  EXPECT_TRUE(hub.get("/api/sources/ERP").json().at("paused"));
  const auto paused = hub.get("/api/outbound?source=ERP");
  EXPECT_TRUE(paused.status == 409 || paused.json().at("deliveries").empty()) << paused.body;
  EXPECT_EQ(hub.lease("Portal").size(), 1U);
  EXPECT_EQ(hub.post("/api/sources/ERP/resume", "").status, 200);
  EXPECT_EQ(hub.lease("ERP").size(), 1U);
}

TEST_F(Api, APriorityThatWasPutCountsForTheNextChange) {
  EXPECT_EQ(hub.request("PUT", "/api/sources/Portal/priority", R"({"priority":0})").status, 200);
  client("C-1", "CRM", {{"fullName", "C"}}, 1);
  client("C-1", "Portal", {{"fullName", "P"}}, 1);
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "P");
  hub.restart();
  EXPECT_EQ(hub.get("/api/sources/Portal").json().at("priority"), 0);  // the configuration seeds it once only
}

TEST_F(Api, OperationsSayHowItIs) {
  EXPECT_EQ(hub.get("/healthz").json().at("status"), "ok");
  EXPECT_EQ(hub.get("/readyz").status, 200);
  EXPECT_EQ(hub.get("/openapi.json").json().at("openapi").get<std::string>().substr(0, 3), "3.1");
  EXPECT_EQ(hub.get("/api/sources").json().at("items").size(), 4U);
  EXPECT_EQ(hub.get("/api/status").status, 200);
}

}  // namespace

}  // namespace tests::integration
