#include "tests/unit/http/test_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <future>
#include <thread>

namespace hub::http {
namespace {

using std::chrono::milliseconds;

const std::string kHeld = "POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";

TEST(ServerStop, LetsARunningRequestFinish) {
  TestServer server;
  server.start();
  auto idle = server.client();
  EXPECT_EQ(idle.get("/hello").status, 200);
  auto running = server.client();
  running.send_raw(kHeld);
  Reply reply = server.held.take();
  auto stopping = std::async(std::launch::async, [&] { server.stop(); });
  EXPECT_TRUE(idle.closed_by_server()) << "a connection without a request ends at once";
  EXPECT_EQ(stopping.wait_for(milliseconds{0}), std::future_status::timeout);
  reply(TestServer::text("finished"));
  const auto response = running.read_response();
  EXPECT_EQ(response.body, "finished");
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_TRUE(running.closed_by_server());
  stopping.get();
}

TEST(ServerStop, TakesNoMoreConnections) {
  TestServer server;
  server.start();
  const auto port = server.port();
  server.stop();
  EXPECT_THROW(static_cast<void>(HttpClient(port).get("/hello")), std::runtime_error);
}

TEST(ServerStop, ClosesWhatOutlastsTheGrace) {
  TestServer server;
  server.options.api.stop_grace = milliseconds{50};
  server.start();
  auto running = server.client();
  running.send_raw(kHeld);
  Reply late = server.held.take();
  auto half = server.client();
  half.send_raw("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\na");
  auto batch = server.client();
  batch.send_raw(
      "POST /held-batch HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\na\n\r\n");
  HeldLines lines = server.held_lines.take();
  server.stop();
  EXPECT_TRUE(running.closed_by_server());
  EXPECT_TRUE(half.closed_by_server());
  EXPECT_TRUE(batch.closed_by_server());
  late(TestServer::text("nobody hears this"));
  lines.reply({"nor this"});
}

TEST(ServerStop, AnAnswerMayComeAfterTheServerIsGone) {
  auto server = std::make_unique<TestServer>();
  server->options.api.stop_grace = milliseconds{1};
  server->start();
  auto client = server->client();
  client.send_raw(kHeld);
  Reply late = server->held.take();
  server.reset();
  late(TestServer::text("too late"));
}

TEST(ServerStop, MayBeRepeatedAndComeBeforeStart) {
  TestServer server;
  server.start();
  server.stop();
  server.stop();
  Router router;
  base::SystemClock clock;
  base::SeededRng rng(1);
  Server never_started(router, {}, clock, rng);
  never_started.stop();
}

TEST(ServerStop, HoldsUnderLoad) {
  for (int round = 0; round < 10; ++round) {
    TestServer server;
    server.options.io_threads = 1 + round % 2;
    server.start();
    std::vector<std::jthread> clients;
    for (int c = 0; c < 4; ++c) {
      clients.emplace_back([&] {
        try {
          auto client = server.client();
          for (int i = 0; i < 10'000; ++i) {
            const auto body = client.post(i % 2 == 0 ? "/async" : "/echo", "{}").body;
            EXPECT_EQ(body, "{}");
          }
        } catch (const std::runtime_error&) {
          // The server has closed the connection.
        }
      });
    }
    for (int i = 0; i < 20; ++i) static_cast<void>(server.client().get("/hello"));
    server.stop();
  }
}

}  // namespace
}  // namespace hub::http
