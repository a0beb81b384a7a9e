#include "hub/http/router.hpp"

#include "hub/http/problem.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace hub::http {
namespace {

using nlohmann::json;

Response text(std::string body) { return {200, "text/plain", std::move(body), {}}; }

Router example() {
  Router router({100, 3, 1000});
  router.blocking("GET", "/api/records", [](const Request&) { return text("list"); });
  router.blocking("GET", "/api/records/{entity}/{externalId}",
                  [](const Request& r) { return text(r.param("entity") + "|" + r.param("externalId")); });
  router.blocking("PATCH", "/api/records/{entity}/{externalId}", [](const Request&) { return text("patched"); },
                  {"application/json", "application/merge-patch+json"});
  router.blocking("GET", "/api/records/{entity}/{externalId}/history", [](const Request&) { return text("history"); });
  router.blocking("POST", "/api/dead-letters/replay", [](const Request&) { return text("all"); });
  router.blocking("DELETE", "/api/dead-letters/{id}", [](const Request& r) { return text(r.param("id")); });
  const auto threads = std::make_shared<std::vector<std::jthread>>();
  router.async("POST", "/api/sync", [threads](Request&& r, Reply reply) {
    threads->emplace_back([body = r.body, reply = std::move(reply)]() mutable { reply(text("synced " + body)); });
  });
  router.blocking("GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("secret detail"); });
  router.async("GET", "/throws-later", [](Request&&, Reply) { throw std::runtime_error("secret detail"); });
  router.async("GET", "/made", [](Request&&, Reply reply) { reply.later([] { return text("made"); }); });
  router.async("GET", "/cannot-make", [](Request&&, Reply reply) {
    reply.later([]() -> Response { throw std::runtime_error("secret detail"); });
  });
  router.async("GET", "/forgets", [](Request&&, Reply) {});
  router.lines("POST", "/batch", [](const Request&, std::vector<std::string>&& lines, LinesReply reply) {
    if (lines.front() == "throw") throw std::runtime_error("no");
    for (auto& line : lines) line += "/" + std::to_string(lines.size());
    reply(std::move(lines));
  });
  return router;
}

Response call(const Router& router, std::string_view method, std::string_view target, std::string body = {},
              std::string content_type = {}) {
  auto request = make_request(method, target, std::move(body));
  EXPECT_TRUE(request.ok()) << target;
  request->id = "req-7";
  if (!content_type.empty()) request->headers = {{"content-type", content_type}};
  return router.handle(std::move(*request));
}

TEST(Router, FindsTheRouteByMethodAndPath) {
  const Router router = example();
  struct Case {
    std::string method, target;
    int status;
    std::string body;
  };
  const std::vector<Case> cases{
      {"GET", "/api/records", 200, "list"},
      {"GET", "/api/records?limit=5", 200, "list"},
      {"GET", "/api/records/client/CUST-1", 200, "client|CUST-1"},
      {"GET", "/api/records/client/a%2Fb%20c", 200, "client|a/b c"},
      {"GET", "/api/records/client/%2E%2E", 200, "client|.."},
      {"GET", "/api/records/client/a/history", 200, "history"},
      {"PATCH", "/api/records/client/a", 200, "patched"},
      {"POST", "/api/dead-letters/replay", 200, "all"},
      {"DELETE", "/api/dead-letters/replay", 200, "replay"},
      {"HEAD", "/api/records", 200, ""},
      {"GET", "/api/records/", 404, ""},
      {"GET", "/api%2Frecords", 404, ""},
      {"GET", "/api/records/client", 404, ""},
      {"GET", "/api/records/client/", 404, ""},
      {"GET", "/api/records/client/a/b", 404, ""},
      {"GET", "/API/records", 404, ""},
      {"GET", "/", 404, ""},
      {"POST", "/api/records", 405, ""},
      {"OPTIONS", "/api/records", 405, ""},
      {"BREW", "/api/records", 501, ""},
      {"get", "/api/records", 501, ""},
  };
  for (const auto& c : cases) {
    const auto response = call(router, c.method, c.target);
    EXPECT_EQ(response.status, c.status) << c.method << " " << c.target;
    if (c.status == 200) {
      EXPECT_EQ(response.body, c.body) << c.method << " " << c.target;
    } else {
      EXPECT_EQ(response.content_type, "application/problem+json") << c.target;
      EXPECT_EQ(json::parse(response.body).at("status"), c.status) << c.target;
    }
  }
}

TEST(Router, NamesTheMethodsThatAPathAnswers) {
  const Router router = example();
  const std::vector<Named> one{{"Allow", "GET, HEAD, PATCH"}};
  EXPECT_EQ(call(router, "PUT", "/api/records/client/a").headers, one);
  const std::vector<Named> both{{"Allow", "DELETE, POST"}};
  EXPECT_EQ(call(router, "GET", "/api/dead-letters/replay").headers, both);
}

TEST(Router, ReadsOnlyTheMediaTypesOfTheRoute) {
  const Router router = example();
  const std::vector<std::tuple<std::string, std::string, int>> cases{
      {"POST", "application/json", 200},
      {"POST", "Application/JSON; charset=UTF-8", 200},
      {"POST", "application/json;charset=\"utf-8\"", 200},
      {"POST", "application/json; charset=latin1", 415},
      {"POST", "application/json; x=y; charset=utf-16", 415},
      {"POST", "application/jsonx", 415},
      {"POST", "text/plain", 415},
      {"POST", "application/x-www-form-urlencoded", 415},
      {"POST", "application/merge-patch+json", 415},
      {"PATCH", "application/merge-patch+json", 200},
  };
  for (const auto& [method, type, status] : cases) {
    const auto response = call(router, method, method == "POST" ? "/api/sync" : "/api/records/client/a", "{}", type);
    EXPECT_EQ(response.status, status) << type;
    if (status == 415) {
      EXPECT_EQ(response.headers, (std::vector<Named>{{"Accept", "application/json"}})) << type;
    }
  }
}

TEST(Router, ReadsNoEncodedBodies) {
  auto request = make_request("POST", "/api/sync", "{}");
  request->headers.emplace_back("content-encoding", "gzip");
  EXPECT_EQ(example().handle(*request).status, 415);
  request->headers.back().second = "Identity";
  EXPECT_EQ(example().handle(*request).status, 200);
}

TEST(Router, WaitsForAnAnswerFromAnotherThread) {
  EXPECT_EQ(call(example(), "POST", "/api/sync", "x").body, "synced x");
}

TEST(Router, MakesAnAnswerThatWasPutOff) { EXPECT_EQ(call(example(), "GET", "/made").body, "made"); }

TEST(Router, TurnsAFailedHandlerIntoAProblemThatKeepsItsSecret) {
  const Router router = example();
  for (const std::string path : {"/throws", "/throws-later", "/forgets", "/cannot-make"}) {
    const auto response = call(router, "GET", path);
    EXPECT_EQ(response.status, 500) << path;
    EXPECT_EQ(json::parse(response.body).at("requestId"), "req-7") << path;
    EXPECT_EQ(response.body.find("secret"), std::string::npos) << path;
  }
}

TEST(Router, HandlesLinesInWindows) {
  const Router router = example();
  const auto response = call(router, "POST", "/batch", "a\nb\nc\nd\n", "application/x-ndjson");
  EXPECT_EQ(response.content_type, "application/x-ndjson");
  EXPECT_EQ(response.body, "a/3\nb/3\nc/3\nd/1\n");
  const auto failed = call(router, "POST", "/batch", "throw\nb\nc\nd", "application/x-ndjson");
  EXPECT_EQ(json::parse(failed.body.substr(0, failed.body.find('\n'))).at("status"), 500);
  EXPECT_TRUE(failed.body.ends_with("d/1\n")) << failed.body;
  EXPECT_EQ(call(router, "POST", "/batch", "").body, "");
}

TEST(Answer, IsGivenOnce) {
  struct Sink final : Reply::Sink {
    int delivered = 0, dropped = 0;
    void deliver(Response) noexcept override { ++delivered; }
    void deliver_made(std::function<Response()>) noexcept override { ++delivered; }
    void drop(bool) noexcept override { ++dropped; }
  };
  const auto sink = std::make_shared<Sink>();
  {
    Reply reply(sink);
    Reply moved(std::move(reply));
    moved(Response{});
    EXPECT_THROW(moved(Response{}), std::logic_error);
    EXPECT_THROW(moved.later([] { return Response{}; }), std::logic_error);
  }
  EXPECT_EQ(sink->delivered, 1);
  EXPECT_EQ(sink->dropped, 0);
  { const Reply forgotten(sink); }
  EXPECT_EQ(sink->dropped, 1);
}

}  // namespace
}  // namespace hub::http
