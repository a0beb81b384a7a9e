#include "hub/http/server.hpp"

#include "tests/support/eventually.hpp"
#include "tests/unit/http/test_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <future>
#include <set>
#include <thread>

namespace hub::http {
namespace {

using nlohmann::json;

TEST(Server, AnswersEachKindOfRouteOnOneConnection) {
  TestServer server;
  auto client = server.start().client();
  EXPECT_EQ(client.get("/hello").body, "hello");
  EXPECT_EQ(client.post("/echo", "{}").body, "{}");
  EXPECT_EQ(client.post("/async", "[1]").body, "[1]");
  EXPECT_EQ(client.post("/made", "[2]").body, "[2]");
  EXPECT_EQ(client.post("/batch", "a\nb", {{"Content-Type", "application/x-ndjson"}}).body, "a\nb\n");
  EXPECT_EQ(client.get("/nothing").status, 204);
  EXPECT_EQ(client.get("/nowhere").status, 404);
  EXPECT_EQ(client.del("/hello").header("Allow"), "GET, HEAD");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(Server, GivesEveryAnswerTheCommonHeaders) {
  TestServer server;
  auto client = server.start().client();
  for (const std::string path : {"/hello", "/nowhere", "/throws"}) {
    const auto response = client.get(path);
    EXPECT_FALSE(response.header("Content-Type").empty()) << path;
    EXPECT_FALSE(response.header("X-Request-Id").empty()) << path;
    EXPECT_FALSE(response.header("Date").empty()) << path;
    EXPECT_EQ(response.header("Cache-Control"), "no-store") << path;
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(response.header("Server"), "") << path;
  }
}

TEST(Server, KeepsAUsableRequestIdAndMakesOneOtherwise) {
  TestServer server;
  auto client = server.start().client();
  const auto given = client.get("/id", {{"X-Request-Id", "abc-1.2_3"}});
  EXPECT_EQ(given.header("X-Request-Id"), "abc-1.2_3");
  EXPECT_EQ(given.body, "abc-1.2_3");
  std::set<std::string> made;
  for (const std::string& bad : {std::string("a b"), std::string("a\"b"), std::string(65, 'x'), std::string()})
    made.insert(client.get("/id", {{"X-Request-Id", bad}}).header("X-Request-Id"));
  EXPECT_EQ(made.size(), 4U);
  EXPECT_EQ(made.count("a b"), 0U);
}

TEST(Server, AnswersHeadLikeGetWithoutTheBody) {
  TestServer server;
  auto client = server.start().client();
  for (const std::string path : {"/hello", "/nowhere"}) {
    const auto full = client.get(path);
    const auto head = client.request("HEAD", path);
    EXPECT_EQ(head.status, full.status) << path;
    EXPECT_EQ(head.header("Content-Length"), std::to_string(full.body.size())) << path;
    EXPECT_EQ(head.body, "") << path;
  }
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  auto client = server.start().client();
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    const std::string body = std::to_string(i);
    requests += (i % 2 == 0 ? "POST /async" : "POST /echo") +
                std::string(" HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ") +
                std::to_string(body.size()) + "\r\n\r\n" + body;
    if (i % 3 == 0) requests += "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  client.send_raw(requests);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(client.read_response().body, std::to_string(i));
    if (i % 3 == 0) {
      EXPECT_EQ(client.read_response().body, "hello");
    }
  }
}

TEST(Server, ReadsARequestThatComesByteByByte) {
  TestServer server;
  auto client = server.start().client();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n";
  for (const char byte : request) client.send_raw({&byte, 1});
  EXPECT_EQ(client.read_response().body, "abcde");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(Server, EndsTheConnectionWhenTheClientWantsItSo) {
  TestServer server;
  server.start();
  const std::vector<std::tuple<std::string, std::string, bool>> cases{
      {"GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "close", true},
      {"GET /hello HTTP/1.0\r\n\r\n", "close", true},
      {"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", false},
      {"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n", "", false},
  };
  for (const auto& [request, connection, closes] : cases) {
    auto client = server.client();
    client.send_raw(request);
    const auto response = client.read_response();
    EXPECT_EQ(response.body, "hello") << request;
    EXPECT_EQ(response.header("Connection"), connection) << request;
    if (closes) {
      EXPECT_TRUE(client.closed_by_server()) << request;
    } else {
      client.send_raw(request);
      EXPECT_EQ(client.read_response().body, "hello") << request;
    }
  }
}

TEST(Server, DecodesThePathBeforeTheHandlerSeesIt) {
  TestServer server;
  server.router.blocking("GET", "/r/{id}", [](const Request& r) { return TestServer::text(r.param("id")); });
  auto client = server.start().client();
  EXPECT_EQ(client.get("/r/a%2Fb%20%C3%A9").body, "a/b é");
  for (const std::string path : {"/r/%", "/r/%00", "/r/%ff", "/r/a?x=1&x=2"}) {
    EXPECT_EQ(client.get(path).status, 400) << path;
  }
}

TEST(Server, TurnsAFailedHandlerIntoAProblemThatKeepsItsSecret) {
  TestServer server;
  auto client = server.start().client();
  const std::vector<std::pair<std::string, std::string>> cases{
      {"GET", "/throws"}, {"POST", "/throws"}, {"POST", "/forgets"}, {"POST", "/cannot-make"}};
  for (const auto& [method, path] : cases) {
    const auto response = client.request(method, path, {}, {{"X-Request-Id", "req-9"}});
    EXPECT_EQ(response.status, 500) << method << path;
    EXPECT_EQ(response.json().at("requestId"), "req-9") << method << path;
    EXPECT_EQ(response.body.find("secret"), std::string::npos) << method << path;
  }
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(Server, ServesOthersWhileARequestWaitsForItsAnswer) {
  TestServer server;
  server.start();
  auto waiting = server.client();
  waiting.send_raw("POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  Reply reply = server.held.take();
  EXPECT_EQ(server.client().get("/hello").body, "hello");
  EXPECT_EQ(server.client().post("/async", "{}").body, "{}");
  reply(TestServer::text("at last"));
  EXPECT_EQ(waiting.read_response().body, "at last");
}

TEST(Server, SurvivesAClientThatLeavesBeforeItsAnswer) {
  TestServer server;
  server.start();
  auto leaving = server.client();
  leaving.send_raw("POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  Reply reply = server.held.take();
  leaving.disconnect();
  reply(TestServer::text(std::string(1 << 20, 'x')));
  EXPECT_EQ(server.client().get("/hello").body, "hello");
}

TEST(Server, RefusesMoreThanTheWorkersAndTheirQueueHold) {
  TestServer server;
  server.options.worker_threads = 1;
  server.options.worker_queue = 1;
  std::promise<void> release;
  const auto released = release.get_future().share();
  server.router.blocking("GET", "/blocks", [&](const Request&) {
    released.wait();
    return TestServer::text("done");
  });
  server.start();
  std::vector<HttpClient> blocked;
  for (int i = 0; i < 2; ++i) {
    blocked.push_back(server.client());
    blocked.back().send_raw("GET /blocks HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  // The two may still be on their way; once they are in, nothing more fits.
  auto client = server.client();
  HttpResponse refused;
  EXPECT_TRUE(tests::support::eventually([&] {
    auto probe = server.client();
    probe.send_raw("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    if (server.client().post("/async", "{}").status != 200) return false;
    refused = client.get("/blocks");
    return refused.status == 503;
  }));
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
  release.set_value();
  for (auto& waiting : blocked) EXPECT_EQ(waiting.read_response().body, "done");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(Server, TurnsAwayMoreConnectionsThanItMayHave) {
  TestServer server;
  server.options.api.max_connections = 2;
  server.start();
  auto first = server.client();
  auto second = server.client();
  EXPECT_EQ(first.get("/hello").status, 200);
  EXPECT_EQ(second.get("/hello").status, 200);
  auto third = server.client();
  const auto refused = third.get("/hello");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.header("Connection"), "close");
  EXPECT_EQ(first.get("/hello").status, 200);
  second.disconnect();
  EXPECT_TRUE(tests::support::eventually([&] { return third.get("/hello").status == 200; }));
}

TEST(Server, SpreadsConnectionsOverItsIoThreads) {
  TestServer server;
  server.options.io_threads = 3;
  server.start();
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 9; ++c) {
    clients.push_back(std::async(std::launch::async, [&] {
      auto client = server.client();
      int good = 0;
      for (int i = 0; i < 100; ++i) good += client.post(i % 2 == 0 ? "/async" : "/echo", "{}").body == "{}";
      return good;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 100);
}

TEST(Server, SaysWhyItCannotListen) {
  TestServer first;
  first.start();
  TestServer second;
  second.options.port = first.port();
  try {
    second.start();
    FAIL() << "two servers share a port";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("127.0.0.1:" + std::to_string(first.port())), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace hub::http
