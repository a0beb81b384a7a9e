#include "hub/http/message.hpp"

#include "hub/http/head.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/target.hpp"
#include "hub/http/text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hub::http {
namespace {

using nlohmann::json;
using Segments = std::vector<std::string>;

TEST(Target, DecodesEachSegmentOnItsOwn) {
  const std::vector<std::pair<std::string, Segments>> cases{
      {"/", {""}},
      {"/api/records", {"api", "records"}},
      {"/api/records/", {"api", "records", ""}},
      {"/a%2Fb/c", {"a/b", "c"}},
      {"/a%20b+c", {"a b+c"}},
      {"/%C3%A9%e2%82%ac", {"é€"}},
      {"/a%252Fb", {"a%2Fb"}},
      {"/..%2F..", {"../.."}},
      {"http://host:80/a?b=c", {"a"}},
      {"HTTP://host", {""}},
  };
  for (const auto& [target, segments] : cases) {
    Request request;
    const auto error = parse_target(target, request);
    EXPECT_FALSE(error) << target << ": " << error->message;
    EXPECT_EQ(request.segments, segments) << target;
  }
}

TEST(Target, ReadsTheQuery) {
  auto request = make_request("GET", "/a?x=1&&empty=&none&sp=a+b%2B&%6b=v%3D");
  ASSERT_TRUE(request.ok());
  const std::vector<Named> expected{{"x", "1"}, {"empty", ""}, {"none", ""}, {"sp", "a b+"}, {"k", "v="}};
  EXPECT_EQ(request->query, expected);
  EXPECT_EQ(request->query_value("missing"), nullptr);
}

TEST(Target, RefusesWhatCannotBeDecoded) {
  for (const std::string target : {"/%", "/%4", "/%zz", "/%00", "/a%0Ab", "/%7f", "/%ff", "/%c0%af", "/%ed%a0%80",
                                   "/%f4%90%80%80", "/a?x=%", "/a?x=%ff", "/a?x=1&x=2", "/a#b", "", "a"}) {
    EXPECT_FALSE(make_request("GET", target).ok()) << target;
  }
}

TEST(Target, EncodesSoThatItComesBack) {
  const std::string id = "CUST/1 %?#é~-._";
  EXPECT_EQ(percent_encode(id), "CUST%2F1%20%25%3F%23%C3%A9~-._");
  auto request = make_request("GET", "/r/" + percent_encode(id));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->segments, (Segments{"r", id}));
}

TEST(Text, KnowsWellFormedUtf8) {
  for (const std::string good :
       {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << percent_encode(good);
  for (const std::string bad : {"\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xe2\x82"})
    EXPECT_FALSE(is_utf8(bad)) << percent_encode(bad);
}

TEST(Text, KnowsUsableRequestIds) {
  for (const std::string good : {"a", "A-1_b.c"}) EXPECT_TRUE(is_request_id(good)) << good;
  EXPECT_TRUE(is_request_id(std::string(64, 'x')));
  for (const std::string bad : {"", "a b", "a\"", "a;b", "é"}) EXPECT_FALSE(is_request_id(bad)) << bad;
  EXPECT_FALSE(is_request_id(std::string(65, 'x')));
}

TEST(Problem, HasTheShapeOfRfc9457) {
  const auto response = Problem(409, "dependency not met")
                            .error("/fields/clientId", "no \"such\" client")
                            .error("/version", "must be a positive integer")
                            .member("error", "dependency not met")
                            .member("attempts", 3)
                            .header("Retry-After", "30")
                            .response();
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.headers, (std::vector<Named>{{"Retry-After", "30"}}));
  EXPECT_EQ(json::parse(response.body), json::parse(R"({
    "type": "about:blank", "title": "Conflict", "status": 409, "detail": "dependency not met",
    "errors": [{"pointer": "/fields/clientId", "detail": "no \"such\" client"},
               {"pointer": "/version", "detail": "must be a positive integer"}],
    "error": "dependency not met", "attempts": 3})"));
}

TEST(Problem, LeavesOutWhatItDoesNotSay) {
  EXPECT_EQ(json::parse(Problem(404).json()),
            json::parse(R"({"type": "about:blank", "title": "Not Found", "status": 404})"));
  const auto own = json::parse(Problem(400).type("/problems/x").title("X").json());
  EXPECT_EQ(own.at("type"), "/problems/x");
  EXPECT_EQ(own.at("title"), "X");
}

TEST(Response, NeverLetsAHeaderSplitAnAnswer) {
  Response response;
  EXPECT_THROW(response.set_header("ETag", "a\r\nX: y"), std::invalid_argument);
  EXPECT_THROW(response.set_header("E Tag", "a"), std::invalid_argument);
  response.set_header("ETag", "\"1.2\"");
  EXPECT_EQ(response.headers.size(), 1U);
}

TEST(Head, CarriesTheHeadersOfEveryAnswer) {
  std::string head;
  Response response = json_response(200, "{}");
  response.set_header("ETag", "\"1.2\"");
  append_head(head, response, {"req-1", http_date(784'111'777), true, false, 2});
  EXPECT_EQ(head,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nDate: Sun, 06 Nov 1994 08:49:37 "
            "GMT\r\nX-Request-Id: req-1\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nETag: "
            "\"1.2\"\r\n\r\n");
}

TEST(Head, SaysHowTheBodyEndsAndWhetherTheConnectionGoesOn) {
  struct Case {
    bool keep_alive, old, sized;
    std::string length, encoding, connection;
  };
  const std::vector<Case> cases{
      {true, false, true, "Content-Length: 5", "", ""},
      {true, false, false, "", "Transfer-Encoding: chunked", ""},
      {false, false, true, "Content-Length: 5", "", "close"},
      {true, true, true, "Content-Length: 5", "", "keep-alive"},
      {false, true, false, "", "", "close"},
  };
  for (const auto& c : cases) {
    std::string head;
    append_head(head, {}, {"i", "d", c.keep_alive, c.old, c.sized ? std::optional<std::size_t>{5} : std::nullopt});
    EXPECT_EQ(head.find("Content-Length") != std::string::npos, !c.length.empty()) << head;
    EXPECT_EQ(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos, !c.encoding.empty()) << head;
    EXPECT_EQ(head.find("Connection: " + c.connection + "\r\n") != std::string::npos, !c.connection.empty()) << head;
  }
}

}  // namespace
}  // namespace hub::http
