#include "tests/support/eventually.hpp"
#include "tests/unit/http/test_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace hub::http {
namespace {

using std::chrono::milliseconds;

/// A server whose limits are short but for the one that a test is about.
void with_times(TestServer& server, milliseconds header, milliseconds body, milliseconds idle) {
  server.options.api.header_timeout = header;
  server.options.api.body_timeout = body;
  server.options.api.idle_timeout = idle;
}

constexpr milliseconds kShort{60};
constexpr milliseconds kLong{30'000};

TEST(ServerTimeout, EndsAConnectionThatNeverAsks) {
  TestServer server;
  with_times(server, kShort, kLong, kLong);
  auto client = server.start().client();
  client.send_raw("");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(ServerTimeout, TellsAClientWhoseHeadIsSlow) {
  TestServer server;
  with_times(server, kShort, kLong, kLong);
  server.start();
  {
    auto client = server.client();
    client.send_raw("GET /hello HTTP/1.1\r\nHo");
    EXPECT_EQ(client.read_response().status, 408);
    EXPECT_TRUE(client.closed_by_server());
  }
  auto client = server.client();
  EXPECT_EQ(client.get("/hello").status, 200);
  client.send_raw("GET");
  EXPECT_EQ(client.read_response().status, 408) << "the second request of a connection";
}

TEST(ServerTimeout, ATrickleOfBytesDoesNotExtendTheTimeForTheHead) {
  TestServer server;
  with_times(server, kShort, kLong, kLong);
  auto client = server.start().client();
  client.send_raw("GET /hello HTTP/1.1\r\nHost: h\r\nX: ");
  const auto begin = std::chrono::steady_clock::now();
  // Each wait for the end lasts shorter than the limit, and each is followed by another byte.
  HttpClient probe(server.port());
  while (std::chrono::steady_clock::now() - begin < 3 * kShort) {
    client.send_raw("a");
    static_cast<void>(probe.get("/hello"));
  }
  EXPECT_EQ(client.read_response().status, 408);
}

TEST(ServerTimeout, TellsAClientWhoseBodyIsSlow) {
  TestServer server;
  with_times(server, kLong, kShort, kLong);
  auto client = server.start().client();
  client.send_raw("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(client.read_response().status, 408);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(ServerTimeout, EndsAnIdleConnectionWithoutAWord) {
  TestServer server;
  with_times(server, kLong, kLong, kShort);
  auto client = server.start().client();
  EXPECT_EQ(client.get("/hello").status, 200);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(ServerTimeout, GivesUpOnAReaderWhoStandsStill) {
  TestServer server;
  with_times(server, kLong, kShort, kLong);
  server.options.api.max_connections = 1;
  auto reader = server.start().client();
  reader.send_raw("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
  // Its place becomes free once the server has given up.
  EXPECT_TRUE(tests::support::eventually([&] { return server.client().get("/hello").status == 200; }));
  EXPECT_THROW(static_cast<void>(reader.read_response()), std::runtime_error) << "the answer was cut off";
}

TEST(ServerTimeout, NoTimeRunsWhileAHandlerWorks) {
  TestServer server;
  with_times(server, kShort, kShort, kShort);
  auto client = server.start().client();
  client.send_raw("POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  Reply reply = server.held.take();
  auto idle = server.client();
  EXPECT_EQ(idle.get("/hello").status, 200);
  EXPECT_TRUE(idle.closed_by_server()) << "every limit has passed for somebody else meanwhile";
  reply(TestServer::text("late"));
  EXPECT_EQ(client.read_response().body, "late");
}

}  // namespace
}  // namespace hub::http
