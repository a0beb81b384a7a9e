#include "hub/http/parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hub::http {
namespace {

const std::string kChunkedHead = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Feeds `bytes` in pieces of `step` and gives the body, or "refused <status>"; `rest` gets what was not consumed.
std::string read_body(const std::string& head, const std::string& bytes, std::size_t step,
                      std::string* rest = nullptr) {
  RequestParser parser;
  const auto started = parser.start(head);
  if (const auto* refusal = std::get_if<Refusal>(&started)) return "refused " + std::to_string(refusal->status);
  std::string body;
  std::string pending;
  for (std::size_t at = 0; !parser.done() && at < bytes.size(); at += step) {
    pending += bytes.substr(at, step);
    const auto decoded = parser.decode(pending, body);
    if (const auto* refusal = std::get_if<Refusal>(&decoded)) return "refused " + std::to_string(refusal->status);
    pending.erase(0, std::get<std::size_t>(decoded));
    if (rest != nullptr) *rest = pending + (at + step < bytes.size() ? bytes.substr(at + step) : "");
  }
  return parser.done() ? body : "unfinished";
}

TEST(RequestParser, ReadsTheHeadIntoARequest) {
  RequestParser parser;
  const auto started = parser.start(
      "PATCH /api/records/client/a%2Fb?x=1&y=%20z HTTP/1.1\r\nHost: h\r\nIf-Match: \"1\"\r\nif-match:  \"2\" \r\n\r\n");
  ASSERT_TRUE(std::holds_alternative<Request>(started));
  const auto& request = std::get<Request>(started);
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.path, "/api/records/client/a/b");
  EXPECT_EQ(request.segments, (std::vector<std::string>{"api", "records", "client", "a/b"}));
  ASSERT_NE(request.query_value("y"), nullptr);
  EXPECT_EQ(*request.query_value("y"), " z");
  ASSERT_NE(request.header("if-match"), nullptr);
  EXPECT_EQ(*request.header("if-match"), "\"1\", \"2\"");
  EXPECT_TRUE(parser.done());
  EXPECT_FALSE(parser.has_body());
  EXPECT_TRUE(parser.keep_alive());
}

TEST(RequestParser, KnowsWhetherTheConnectionGoesOn) {
  const std::vector<std::tuple<std::string, bool>> cases{
      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: foo, Close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (const auto& [head, expected] : cases) {
    RequestParser parser;
    ASSERT_TRUE(std::holds_alternative<Request>(parser.start(head))) << head;
    EXPECT_EQ(parser.keep_alive(), expected) << head;
  }
}

TEST(RequestParser, DecodesBodiesHoweverTheBytesAreCut) {
  const std::string length_head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
  const std::string chunks = "3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
  for (std::size_t step = 1; step <= chunks.size() + 4; ++step) {
    std::string rest;
    EXPECT_EQ(read_body(length_head, "helloNEXT", step, &rest), "hello") << "step " << step;
    EXPECT_EQ(rest, "NEXT") << "step " << step;
    EXPECT_EQ(read_body(kChunkedHead, chunks + "NEXT", step, &rest), "abc0123456789") << "step " << step;
    EXPECT_EQ(rest, "NEXT") << "step " << step;
  }
}

TEST(RequestParser, RefusesMalformedChunks) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"no size", "\r\nabc\r\n0\r\n\r\n"},
      {"not hex", "g\r\nabc\r\n0\r\n\r\n"},
      {"sign", "+3\r\nabc\r\n0\r\n\r\n"},
      {"0x", "0x3\r\nabc\r\n0\r\n\r\n"},
      {"size with a space", "3 \r\nabc\r\n0\r\n\r\n"},
      {"size beyond 64 bits", "10000000000000003\r\nabc\r\n0\r\n\r\n"},
      {"longer than its size", "3\r\nabcd\r\n0\r\n\r\n"},
      {"bare lf after the size", "3\nabc\r\n0\r\n\r\n"},
      {"bare lf after the data", "3\r\nabc\n0\r\n\r\n"},
      {"bare lf in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"},
      {"endless extension", "3;" + std::string(20'000, 'a')},
      {"endless trailers", "0\r\nX: " + std::string(20'000, 'a')},
  };
  for (const auto& [name, bytes] : cases) {
    EXPECT_EQ(read_body(kChunkedHead, bytes, bytes.size()), "refused 400") << name;
    EXPECT_EQ(read_body(kChunkedHead, bytes, 7), "refused 400") << name << ", in pieces";
  }
}

TEST(RequestParser, ReadsOneMessageAfterAnother) {
  RequestParser parser;
  ASSERT_TRUE(std::holds_alternative<Request>(parser.start(kChunkedHead)));
  std::string body;
  ASSERT_TRUE(std::holds_alternative<std::size_t>(parser.decode("1\r\na\r\n0\r\n\r\n", body)));
  ASSERT_TRUE(parser.done());
  ASSERT_TRUE(std::holds_alternative<Request>(
      parser.start("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")));
  EXPECT_TRUE(parser.expects_continue());
  EXPECT_EQ(parser.content_length(), 2U);
  EXPECT_FALSE(parser.done());
}

}  // namespace
}  // namespace hub::http
