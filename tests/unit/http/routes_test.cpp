#include "hub/http/routes.hpp"

#include "hub/http/batch_queue.hpp"
#include "hub/http/target.hpp"
#include "tests/unit/http/api.hpp"

#include <gtest/gtest.h>

#include <future>
#include <sstream>

namespace hub::http {
namespace {

using nlohmann::json;

std::string flat(const std::string& id, const std::string& source, int version, const std::string& name) {
  return json{{"externalId", id}, {"source", source}, {"version", version}, {"fullName", name}}.dump();
}

std::string order(const std::string& id, const std::string& client) {
  return json{
      {"source", "CRM"}, {"entity", "order"}, {"externalId", id}, {"version", 1}, {"fields", {{"clientId", client}}}}
      .dump();
}

TEST(Routes, TakesOneChangeAndAnswersWithItsEtag) {
  Api api;
  const auto response = api.post("/api/sync", flat("C-1", "CRM", 1, "Ada"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  const auto body = json_of(response);
  EXPECT_EQ(body.at("resolution"), "NEW_RECORD");
  EXPECT_EQ(body.at("version"), 1);
  EXPECT_EQ(body.at("changedFields"), json::array({"fullName"}));
  EXPECT_EQ(header_of(response, "ETag"), "\"" + body.at("etag").get<std::string>() + "\"");
}

TEST(Routes, AnswersWhatIsNotAppliedWithProblems) {
  Api api;
  ASSERT_EQ(api.post("/api/sync", flat("C-1", "CRM", 5, "Ada")).status, 200);
  struct Case {
    std::string name, body;
    int status;
    std::string pointer;
  };
  const std::vector<Case> cases{
      {"no json", "{", 400, ""},
      {"bad version", R"({"externalId": "C-1", "source": "CRM", "version": 0, "fullName": "A"})", 400, "/version"},
      {"unknown field", R"({"externalId": "C-1", "source": "CRM", "version": 1, "fulName": "A"})", 400, "/fulName"},
      {"unknown source", flat("C-1", "SAP", 1, "A"), 403, "/source"},
      {"conflict", flat("C-1", "CRM", 5, "Bob"), 409, ""},
      {"waiting", order("O-1", "C-9"), 409, ""},
  };
  for (const auto& c : cases) {
    const auto response = api.post("/api/sync", c.body);
    EXPECT_EQ(response.status, c.status) << c.name;
    EXPECT_EQ(response.content_type, "application/problem+json") << c.name;
    const auto body = json_of(response);
    EXPECT_EQ(body.at("status"), c.status) << c.name;
    if (!c.pointer.empty()) {
      EXPECT_EQ(body.at("errors").at(0).at("pointer"), c.pointer) << c.name;
    }
  }
  EXPECT_TRUE(json_of(api.post("/api/sync", flat("C-1", "CRM", 5, "Carl"))).contains("conflictId"));
  const auto waiting = api.post("/api/sync", order("O-2", "C-9"));
  EXPECT_EQ(header_of(waiting, "Retry-After"), "30");
  EXPECT_EQ(json_of(waiting).at("missing").at(0).at("externalId"), "C-9");
}

TEST(Routes, AnswersEachLineOfABatchInItsPlace) {
  Api api;
  const std::string body = flat("C-1", "CRM", 1, "Ada") + "\n{bad\n" + order("O-1", "C-1") + "\n" +
                           flat("C-1", "CRM", 1, "Bob") + "\n" + flat("C-1", "CRM", 2, "Bob");
  const auto response = api.call("POST", "/api/sync/batch", body, {{"content-type", "application/x-ndjson"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/x-ndjson");
  std::vector<json> lines;
  std::istringstream text(response.body);
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  ASSERT_EQ(lines.size(), 5U);
  const std::vector<int> statuses{200, 400, 200, 409, 200};
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].at("status"), statuses[i]) << i;
  EXPECT_EQ(lines[0].at("resolution"), "NEW_RECORD");
  EXPECT_EQ(lines[2].at("externalId"), "O-1");
  EXPECT_EQ(lines[4].at("resolution"), "VERSION_WIN");
}

TEST(Routes, RefusesWhatTheQueueCannotHold) {
  Api api({0, true});
  const auto single = api.post("/api/sync", flat("C-1", "CRM", 1, "Ada"));
  EXPECT_EQ(single.status, 429);
  EXPECT_FALSE(header_of(single, "Retry-After").empty());
  const auto batch =
      api.call("POST", "/api/sync/batch", flat("C-1", "CRM", 1, "Ada"), {{"content-type", "application/x-ndjson"}});
  EXPECT_EQ(json_of(batch).at("status"), 429);
}

TEST(Routes, ShowsARecordAndItsPast) {
  Api api;
  const auto etag = header_of(api.post("/api/sync", flat("a/b c", "CRM", 1, "Ada")), "ETag");
  const auto record = api.get("/api/records/client/a%2Fb%20c");
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(header_of(record, "ETag"), etag);
  EXPECT_EQ(json_of(record).at("externalId"), "a/b c");
  EXPECT_EQ(json_of(record).at("provenance").at("fullName").at("source"), "CRM");
  EXPECT_EQ(api.call("HEAD", "/api/records/client/a%2Fb%20c").body, "");
  EXPECT_EQ(json_of(api.get("/api/records/client/a%2Fb%20c/history")).at("items").size(), 1U);
  EXPECT_EQ(json_of(api.get("/api/records?entity=client")).at("items").size(), 1U);
  EXPECT_EQ(json_of(api.get("/api/records?entity=order")).at("items").size(), 0U);
  EXPECT_EQ(api.get("/api/records/client/nobody").status, 404);
  ASSERT_EQ(api.post("/api/sync",
                     R"({"source": "CRM", "entity": "client", "externalId": "a/b c", "op": "delete", "version": 2})")
                .status,
            200);
  EXPECT_EQ(api.get("/api/records/client/a%2Fb%20c").status, 410);
  EXPECT_EQ(json_of(api.get("/api/records")).at("items").size(), 0U);
  EXPECT_EQ(json_of(api.get("/api/records?deleted=true")).at("items").size(), 1U);
}

TEST(Routes, EditsOnlyTheStateThatThePersonSaw) {
  Api api;
  const auto etag = header_of(api.post("/api/sync", flat("C-1", "CRM", 1, "Ada")), "ETag");
  const std::string path = "/api/records/client/C-1";
  const std::string edit = R"({"fullName": "Eve"})";
  EXPECT_EQ(api.call("PATCH", path, edit).status, 428);
  EXPECT_EQ(api.call("PATCH", path, edit, {{"if-match", "\"9.9\""}}).status, 412);
  const auto edited =
      api.call("PATCH", path, edit, {{"if-match", etag}, {"content-type", "application/merge-patch+json"}});
  EXPECT_EQ(edited.status, 200);
  EXPECT_NE(header_of(edited, "ETag"), etag);
  EXPECT_EQ(api.call("PATCH", path, edit, {{"if-match", etag}}).status, 412);
  EXPECT_EQ(json_of(api.get(path)).at("fields").at("fullName"), "Eve");
}

TEST(Routes, LetsAPersonSettleAConflict) {
  Api api;
  ASSERT_EQ(api.post("/api/sync", flat("C-1", "CRM", 5, "Ada")).status, 200);
  const std::string id = json_of(api.post("/api/sync", flat("C-1", "CRM", 5, "Bob"))).at("conflictId");
  const std::string path = "/api/conflicts/" + percent_encode(id);
  EXPECT_EQ(json_of(api.get("/api/conflicts?state=open")).at("items").size(), 1U);
  EXPECT_EQ(json_of(api.get(path)).at("incoming").at("fullName"), "Bob");
  const std::string etag = header_of(api.get(path), "ETag");
  const auto resolve = [&](const char* decision, const std::string& if_match) {
    return api.call("POST", path + "/resolve", decision, {{"if-match", if_match}});
  };
  EXPECT_EQ(api.post(path + "/resolve", R"({"take": "incoming"})").status, 428);
  EXPECT_EQ(resolve(R"({"take": "nothing"})", etag).status, 400);
  EXPECT_EQ(resolve(R"({"take": "incoming"})", "\"5.9-CRM:2\"").status, 409);
  EXPECT_EQ(resolve(R"({"take": "incoming"})", etag).status, 200);
  const auto late = resolve(R"({"take": "incoming"})", etag);
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(json_of(late).at("conflict").at("state"), "resolved") << "it is shown as it is now";
  EXPECT_EQ(json_of(api.get("/api/conflicts?state=open")).at("items").size(), 0U);
  EXPECT_EQ(json_of(api.get("/api/records/client/C-1")).at("fields").at("fullName"), "Bob");
  EXPECT_EQ(api.get("/api/conflicts/CRM:999").status, 404);
}

TEST(Routes, HandsDeliveriesToAConnectorAndTakesItsReceipts) {
  Api api;
  ASSERT_EQ(api.post("/api/sync", flat("C-1", "CRM", 1, "Ada")).status, 200);
  const auto deliveries = json_of(api.get("/api/outbound?source=ERP&limit=10&lease=30")).at("deliveries");
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].at("fields").at("fullName"), "Ada");
  const json receipts{
      {"source", "ERP"},
      {"receipts", {{{"deliveryId", deliveries[0].at("deliveryId")}, {"status", "applied"}, {"nativeId", "77"}}}}};
  EXPECT_EQ(json_of(api.post("/api/outbound/ack", receipts.dump())).at("receipts").at(0).at("outcome"), "applied");
  EXPECT_EQ(json_of(api.get("/api/outbound?source=ERP")).at("deliveries").size(), 0U);
  EXPECT_EQ(api.get("/api/outbound?source=SAP").status, 404);
}

TEST(Routes, ReplaysAndDiscardsDeadLetters) {
  Api api;
  ASSERT_EQ(api.post("/api/sync", flat("C-1", "CRM", 1, "Ada")).status, 200);
  const auto refuse = [&] {
    const auto delivery = json_of(api.get("/api/outbound?source=ERP")).at("deliveries").at(0);
    const json receipts{{"source", "ERP"},
                        {"receipts", {{{"deliveryId", delivery.at("deliveryId")}, {"status", "rejected"}}}}};
    EXPECT_EQ(api.post("/api/outbound/ack", receipts.dump()).status, 200);
    return json_of(api.get("/api/dead-letters?source=ERP")).at("items").at(0).at("id").get<std::string>();
  };
  std::string path = "/api/dead-letters/" + percent_encode(refuse());
  EXPECT_EQ(api.get(path).status, 200);
  EXPECT_EQ(api.post(path + "/replay").status, 202);
  EXPECT_EQ(api.get(path).status, 404);
  path = "/api/dead-letters/" + percent_encode(refuse());
  EXPECT_EQ(api.post("/api/dead-letters/replay", R"({"source": "CRM"})").status, 202);
  EXPECT_EQ(api.get(path).status, 200) << "the filter names another source";
  EXPECT_EQ(api.call("DELETE", path).status, 200);
  EXPECT_EQ(api.call("DELETE", path).status, 404);
}

TEST(Routes, SetsAndShowsSources) {
  Api api;
  EXPECT_EQ(json_of(api.get("/api/sources")).at("items").size(), 3U);
  EXPECT_EQ(api.call("PUT", "/api/sources/ERP/priority", R"({"priority": 7})").status, 200);
  EXPECT_EQ(json_of(api.get("/api/sources/ERP")).at("priority"), 7);
  EXPECT_EQ(api.call("PUT", "/api/sources/ERP/priority", R"({"priority": -1})").status, 400);
  EXPECT_EQ(json_of(api.post("/api/sources/ERP/pause", R"({"reason": "moving"})")).at("paused"), true);
  EXPECT_EQ(json_of(api.post("/api/sources/ERP/resume")).at("paused"), false);
  EXPECT_EQ(api.post("/api/sources/ERP/pull").status, 409);
  EXPECT_EQ(api.post("/api/sources/ERP/resync").status, 409);
  EXPECT_EQ(api.post("/api/sources/ERP/approve-deletes").status, 409);
  EXPECT_EQ(api.get("/api/sources/SAP").status, 404);
  EXPECT_EQ(api.post("/api/sources/SAP/pause").status, 404);
}

TEST(Routes, ChecksTheQueryOfACall) {
  Api api;
  struct Case {
    std::string target, pointer, part;
  };
  const std::vector<Case> cases{
      {"/api/records?limit=0", "?limit", "1 to 1000"},
      {"/api/records?limit=1001", "?limit", "1 to 1000"},
      {"/api/records?limit=5x", "?limit", "whole number"},
      {"/api/records?limit=99999999999", "?limit", "whole number"},
      {"/api/records?deleted=yes", "?deleted", "true or false"},
      {"/api/records?entiy=client", "?entiy", "did you mean entity?"},
      {"/api/conflicts?state=opne", "?state", "did you mean open?"},
      {"/api/outbound", "?source", "is required"},
      {"/api/outbound?source=ERP&lease=3601", "?lease", "1 to 3600"},
      {"/api/records?cursor=garbage", "", ""},
  };
  for (const auto& c : cases) {
    const auto response = api.get(c.target);
    EXPECT_EQ(response.status, 400) << c.target;
    if (c.pointer.empty()) continue;
    const auto error = json_of(response).at("errors").at(0);
    EXPECT_EQ(error.at("pointer"), c.pointer) << c.target;
    EXPECT_NE(error.at("detail").get<std::string>().find(c.part), std::string::npos) << c.target << ": " << error;
  }
  EXPECT_EQ(api.post("/api/sync?dryrun=true", flat("C-1", "CRM", 1, "Ada")).status, 400);
}

TEST(Routes, TellsHowTheHubIs) {
  Api api;
  EXPECT_EQ(api.get("/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(json_of(api.get("/readyz")).at("status"), "ready");
  EXPECT_EQ(json_of(api.get("/api/status")).at("openConflicts"), 0);
  EXPECT_EQ(json_of(api.get("/api/waiting")).at("items").size(), 0U);
}

TEST(BatchQueue, HandsOnInOrderWhatTheHubHasRoomFor) {
  Api api({20'000, true});
  const auto queue = std::make_shared<BatchQueue>(api.hub);
  std::vector<int> order;
  std::promise<void> all;
  constexpr int kWindows = 5;
  for (int window = 0; window < kWindows; ++window) {
    std::vector<sync::Submission> changes;
    for (int i = 0; i < 5'000; ++i)
      changes.push_back(
          std::get<sync::Submission>(api.hub.read_change(flat("C-" + std::to_string(i), "CRM", window + 1, "Ada"))));
    // More than the hub's queue holds altogether: without the bound the last ones would be refused.
    queue->submit(std::move(changes), [&order, &all, window](std::vector<sync::Result>&& results) {
      EXPECT_EQ(results.size(), 5'000U);
      const auto* answer = std::get_if<sync::Answer>(&results.back());
      EXPECT_TRUE(answer != nullptr && answer->version == window + 1) << "window " << window;
      order.push_back(window);
      if (order.size() == kWindows) all.set_value();
    });
  }
  all.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace hub::http
