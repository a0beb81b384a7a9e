#include "tests/unit/http/raw_socket.hpp"
#include "tests/unit/http/test_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hub::http {
namespace {

using namespace std::string_literals;

const std::string kPost = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";

struct Case {
  std::string name;
  std::string bytes;
  int status;
};

/// Sends the bytes of each case on a connection of its own; expects a problem and then the end of the connection.
void expect_refused_and_closed(const TestServer& server, const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    auto client = server.client();
    client.send_raw(c.bytes);
    const auto response = client.read_response();
    EXPECT_EQ(response.status, c.status) << c.name;
    EXPECT_EQ(response.header("Content-Type"), "application/problem+json") << c.name;
    EXPECT_EQ(response.header("Connection"), "close") << c.name;
    EXPECT_FALSE(response.header("X-Request-Id").empty()) << c.name;
    EXPECT_EQ(response.json().at("status"), c.status) << c.name;
    EXPECT_TRUE(client.closed_by_server()) << c.name;
  }
}

TEST(ServerGate, RefusesAmbiguousFramingAndEndsTheConnection) {
  TestServer server;
  server.start();
  // What follows would be a second request to a reader who frames the first in another way; nobody may answer it.
  const std::string smuggled = "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n";
  expect_refused_and_closed(
      server,
      {
          {"xchunked with length", kPost + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n" + smuggled, 400},
          {"chunked with length", kPost + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + smuggled, 400},
          {"length twice", kPost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + smuggled, 400},
          {"bad length", kPost + "Content-Length: 5x\r\n\r\n" + smuggled, 400},
          {"chunked in 1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 400},
          {"bad chunk", kPost + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + smuggled, 400},
          {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
          {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
          {"bare lf", "GET /hello HTTP/1.1\nHost: h\n\n", 400},
          {"folded", "GET /hello HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400},
          {"nul in a header", "GET /hello HTTP/1.1\r\nHost: h\r\nX: "s + '\0' + "\r\n\r\n", 400},
          {"not http", "\x16\x03\x01\x02", 400},
          {"http 2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
          {"other expectation", kPost + "Expect: tea\r\nContent-Length: 5\r\n\r\n", 417},
          {"head too large", "GET /hello HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'a'), 431},
          {"target too long", "GET /" + std::string(20'000, 'a'), 414},
      });
  EXPECT_EQ(server.client().get("/hello").body, "hello");
}

TEST(ServerGate, RefusesABodyOverTheLimitBeforeItIsRead) {
  TestServer server;
  server.options.api.body_bytes = 1000;
  server.start();
  const std::string chunk = "200\r\n" + std::string(0x200, 'a') + "\r\n";
  expect_refused_and_closed(
      server, {
                  {"by its length", kPost + "Content-Length: 1001\r\n\r\n", 413},
                  {"by a length beyond 64 bits", kPost + "Content-Length: 99999999999999999999\r\n\r\n", 413},
                  {"in chunks without end", kPost + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk, 413},
                  {"before the continue", kPost + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413},
                  {"to nowhere", "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 413},
              });
  EXPECT_EQ(server.client().post("/echo", std::string(1000, 'a')).status, 200);
}

TEST(ServerGate, KeepsTheConnectionWhereTheNextRequestIsCertain) {
  TestServer server;
  auto client = server.start().client();
  EXPECT_EQ(client.post("/nowhere", "{}").status, 404);
  EXPECT_EQ(client.put("/echo", "{}").status, 405);
  EXPECT_EQ(client.post("/echo", "{}", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(client.post("/echo", "{}", {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(client.request("BREW", "/echo").status, 501);
  client.send_raw("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(client.read_response().status, 415) << "no content type at all";
  client.send_raw("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 200) << "no body needs no content type";
  EXPECT_EQ(client.post("/echo", "{}").body, "{}");
}

TEST(ServerGate, AsksForTheBodyOnlyWhenItWantsIt) {
  TestServer server;
  server.start();
  {
    RawSocket client(server.port());
    client.send(kPost + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("{}");
    EXPECT_TRUE(client.receive_until("{}").starts_with("HTTP/1.1 200 OK\r\n"));
  }
  auto client = server.client();
  client.send_raw("POST /nowhere HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const auto response = client.read_response();
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(ServerGate, RefusesABodyThatEndsEarly) {
  TestServer server;
  server.options.api.body_timeout = std::chrono::milliseconds{50};
  server.start();
  expect_refused_and_closed(server, {{"the rest never comes", kPost + "Content-Length: 10\r\n\r\nabc", 408}});
  RawSocket client(server.port());
  client.send(kPost + "Content-Length: 10\r\n\r\nabc");
  client.end_sending();
  EXPECT_TRUE(client.receive_until("never").starts_with("HTTP/1.1 400 ")) << "the client ends its side";
}

}  // namespace
}  // namespace hub::http
