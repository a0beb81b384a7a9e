#include "hub/http/gate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hub::http {
namespace {

using namespace std::string_literals;

struct HeadCase {
  std::string name;
  std::string head;
  int status = 0;  // 0: it passes
};

std::string many_headers(std::size_t count) {
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (std::size_t i = 1; i < count; ++i) head += "X-" + std::to_string(i) + ": v\r\n";
  return head + "\r\n";
}

std::string with(const std::string& headers, const std::string& line = "POST / HTTP/1.1") {
  return line + "\r\nHost: h\r\n" + headers + "\r\n";
}

TEST(Gate, PassesWhatIsPlainAndRefusesWhatTwoReadersCouldReadInTwoWays) {
  const std::vector<HeadCase> cases{
      {"plain get", "GET /a?b=c HTTP/1.1\r\nHost: h:80\r\n\r\n"},
      {"ipv6 host", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"},
      {"old without host", "GET / HTTP/1.0\r\n\r\n"},
      {"absolute form", "GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"asterisk for options", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
      {"length", with("Content-Length: 5\r\n")},
      {"chunked in any case", with("Transfer-Encoding: Chunked\r\n")},
      {"continue", with("Expect: 100-continue\r\n")},
      {"tab in a value", with("X-A: a\tb\r\n")},
      {"bytes beyond ascii in a value", with("X-A: \xc3\xa9\r\n")},
      {"empty value", with("X-A:\r\n")},
      {"as many headers as may be", many_headers(kMaxHeaders)},

      {"one header too many", many_headers(kMaxHeaders + 1), 431},
      {"length twice", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
      {"length list", with("Content-Length: 5, 5\r\n"), 400},
      {"length with sign", with("Content-Length: +5\r\n"), 400},
      {"negative length", with("Content-Length: -5\r\n"), 400},
      {"hex length", with("Content-Length: 0x5\r\n"), 400},
      {"empty length", with("Content-Length:\r\n"), 400},
      {"length with a space inside", with("Content-Length: 1 0\r\n"), 400},
      {"length beyond 64 bits", with("Content-Length: 99999999999999999999\r\n"), 413},
      {"xchunked", with("Transfer-Encoding: xchunked\r\n"), 400},
      {"gzip, chunked", with("Transfer-Encoding: gzip, chunked\r\n"), 400},
      {"chunked, chunked", with("Transfer-Encoding: chunked, chunked\r\n"), 400},
      {"chunked twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"identity", with("Transfer-Encoding: identity\r\n"), 400},
      {"empty encoding", with("Transfer-Encoding:\r\n"), 400},
      {"encoding and length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {"length and encoding", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"encoding in 1.0", with("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0"), 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400},
      {"two hosts in 1.0", "GET / HTTP/1.0\r\nHost: h\r\nHost: g\r\n\r\n", 400},
      {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"blank host", "GET / HTTP/1.1\r\nHost:  \r\n\r\n", 400},
      {"host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
      {"host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"content type twice", with("Content-Type: a/b\r\nContent-Type: a/b\r\n"), 400},
      {"authorization twice", with("Authorization: a\r\nAuthorization: b\r\n"), 400},
      {"bare lf", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
      {"bare cr in a value", with("X-A: a\rb\r\n"), 400},
      {"bare cr in the request line", "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"folded", with("X-A: a\r\n b\r\n"), 400},
      {"folded with tab", with("X-A: a\r\n\tb\r\n"), 400},
      {"folded at the first header", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
      {"space before colon", with("Content-Length : 5\r\n"), 400},
      {"no colon", with("Content-Length\r\n"), 400},
      {"no name", with(": x\r\n"), 400},
      {"name with a space", with("X A: b\r\n"), 400},
      {"nul in a value", with(std::string("X-A: a\0b\r\n", 10)), 400},
      {"bell in a value", with("X-A: a\x07\r\n"), 400},
      {"del in a value", with("X-A: a\x7f\r\n"), 400},
      {"nul in the target", "GET /"s + '\0' + " HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"tab in the target", "GET /\ta HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"bytes beyond ascii in the target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"target too long", "GET /" + std::string(kMaxTargetBytes, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
      {"relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"asterisk for get", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"authority form", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"method with a colon", "GE:T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"no version", "GET /\r\nHost: h\r\n\r\n", 400},
      {"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
      {"http 2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"other expectation", with("Expect: 200-ok\r\n"), 417},
  };
  for (const auto& c : cases) {
    const auto refusal = check_head(c.head);
    EXPECT_EQ(refusal ? refusal->status : 0, c.status) << c.name << (refusal ? ": " + refusal->detail : "");
  }
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesAreCut) {
  const std::string bytes = "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nGET /next";
  const auto end = bytes.find("GET /next");
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    HeadScanner scanner;
    HeadScanner::Found found;
    for (std::size_t size = step; found.end == 0; size = std::min(size + step, bytes.size())) {
      found = scanner.feed(std::string_view(bytes).substr(0, size));
      ASSERT_FALSE(found.refusal) << "step " << step << ": " << found.refusal->detail;
    }
    EXPECT_EQ(found.begin, 2U) << "step " << step;
    EXPECT_EQ(found.end, end) << "step " << step;
  }
}

TEST(HeadScanner, RefusesAtOnceWhatCanNeverBecomeAHead) {
  const std::string big(kMaxHeadBytes, 'a');
  const std::vector<HeadCase> cases{
      {"bare lf after the request line", "GET / HTTP/1.1\nHost", 400},
      {"lf first", "\nGET", 400},
      {"tls hello", "\x16\x03\x01", 400},
      {"space first", " GET / HTTP/1.1", 400},
      {"two empty lines first", "\r\n\r\nGET", 400},
      {"endless request line", "GET /" + big, 414},
      {"endless header", "GET / HTTP/1.1\r\nX: " + big, 431},
      {"whole head, too large", "GET / HTTP/1.1\r\nX: " + big + "\r\n\r\n", 431},
      {"just a beginning", "GE", 0},
      {"nothing", "", 0},
  };
  for (const auto& c : cases) {
    const auto found = HeadScanner{}.feed(c.head);
    EXPECT_EQ(found.refusal ? found.refusal->status : 0, c.status) << c.name;
    EXPECT_EQ(found.end, 0U) << c.name;
  }
}

}  // namespace
}  // namespace hub::http
