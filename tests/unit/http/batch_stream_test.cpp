#include "tests/unit/http/raw_socket.hpp"
#include "tests/unit/http/test_server.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace hub::http {
namespace {

using nlohmann::json;

std::string head(const std::string& path, const std::string& framing) {
  return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-ndjson\r\n" + framing + "\r\n\r\n";
}

std::string chunk(const std::string& bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  return lines;
}

TEST(BatchStream, AnswersASmallBodyWithALength) {
  TestServer server;
  auto client = server.start().client();
  for (const std::string& framing : {std::string("Content-Length: 6"), std::string("Transfer-Encoding: chunked")}) {
    const bool sized = framing.starts_with("Content-Length");
    client.send_raw(head("/batch", framing) + (sized ? "a\nb\nc\n" : chunk("a\nb") + chunk("\nc\n") + "0\r\n\r\n"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("Content-Type"), "application/x-ndjson");
    EXPECT_EQ(response.header("Content-Length"), "6") << framing;
    EXPECT_EQ(response.body, "a\nb\nc\n");
  }
  EXPECT_EQ(client.post("/batch", "", {{"Content-Type", "application/x-ndjson"}}).body, "");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(BatchStream, AnswersMoreThanAWindowInChunks) {
  TestServer server;
  server.options.window_lines = 10;
  auto client = server.start().client();
  std::string body;
  for (int i = 0; i < 95; ++i) body += std::to_string(i) + "\n";
  const auto response = client.post("/batch", body, {{"Content-Type", "application/x-ndjson"}});
  EXPECT_EQ(response.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(response.body, body);
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST(BatchStream, AnswersAnOldClientByEndingTheConnection) {
  TestServer server;
  server.options.window_lines = 10;
  auto client = server.start().client();
  std::string body;
  for (int i = 0; i < 95; ++i) body += std::to_string(i) + "\n";
  client.send_raw(
      "POST /batch HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: application/x-ndjson\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto response = client.read_response();
  EXPECT_EQ(response.header("Transfer-Encoding"), "");
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_EQ(response.body, body);
}

TEST(BatchStream, AnswersABadLineAloneInItsPlace) {
  TestServer server;
  server.options.api.line_bytes = 10;
  auto client = server.start().client();
  const auto lines = lines_of(
      client.post("/batch", "one\n" + std::string(100, 'x') + "\n\nfour", {{"Content-Type", "application/x-ndjson"}})
          .body);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "one");
  EXPECT_EQ(json::parse(lines[1]).at("status"), 413);
  EXPECT_EQ(json::parse(lines[2]).at("status"), 400);
  EXPECT_EQ(json::parse(lines[2]).at("line"), 3);
  EXPECT_EQ(lines[3], "four");
}

TEST(BatchStream, FailsEachLineOfAHandlerThatMiscounts) {
  TestServer server;
  auto client = server.start().client();
  const auto lines = lines_of(client.post("/bad-batch", "a\nb\n", {{"Content-Type", "application/x-ndjson"}}).body);
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) EXPECT_EQ(json::parse(line).at("status"), 500);
}

TEST(BatchStream, ReadsTheNextWindowWhileTheFirstIsCommittedAndNoMore) {
  TestServer server;
  server.options.window_lines = 2;
  auto client = server.start().client();
  client.send_raw(head("/held-batch", "Content-Length: 12") + "1\n2\n3\n4\n5\n6\n");
  HeldLines first = server.held_lines.take();
  HeldLines second = server.held_lines.take();
  EXPECT_EQ(first.lines, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(second.lines, (std::vector<std::string>{"3", "4"}));
  // Somebody else's whole request passes, and the third window still waits.
  EXPECT_EQ(server.client().get("/hello").body, "hello");
  EXPECT_EQ(server.held_lines.size(), 0U);
  second.reply({"b3", "b4"});
  EXPECT_EQ(server.client().get("/hello").body, "hello");
  EXPECT_EQ(server.held_lines.size(), 0U) << "answers are written in order: the first window is still open";
  first.reply({"a1", "a2"});
  server.held_lines.take().reply({"c5", "c6"});
  EXPECT_EQ(client.read_response().body, "a1\na2\nb3\nb4\nc5\nc6\n");
}

TEST(BatchStream, AClientMayWaitForEachAnswerBeforeItsNextLine) {
  TestServer server;
  auto client = server.start().client();
  client.send_raw(head("/held-batch", "Transfer-Encoding: chunked"));
  for (int i = 0; i < 5; ++i) {
    const std::string line = std::to_string(i);
    client.send_raw(chunk(line + "\n"));
    HeldLines held = server.held_lines.take();
    ASSERT_EQ(held.lines, std::vector<std::string>{line});
    held.reply({line});
  }
  client.send_raw("0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "0\n1\n2\n3\n4\n");
}

TEST(BatchStream, LinesThatCameDuringACommitGoOffWhenItEnds) {
  TestServer server;
  auto client = server.start().client();
  client.send_raw(head("/held-batch", "Transfer-Encoding: chunked") + chunk("1\n"));
  HeldLines first = server.held_lines.take();
  client.send_raw(chunk("2\n") + chunk("3\n"));
  first.reply({"1"});
  std::size_t seen = 1;
  while (seen < 3) {
    HeldLines next = server.held_lines.take();
    seen += next.lines.size();
    auto answers = next.lines;
    next.reply(std::move(answers));
  }
  client.send_raw("0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "1\n2\n3\n");
}

TEST(BatchStream, EndsWithAProblemWhenTheBodyBreaksOff) {
  struct Case {
    std::string name, rest;
    int status;
  };
  const std::vector<Case> cases{{"malformed", "xyz\r\n", 400}, {"silent", "", 408}};
  for (const auto& c : cases) {
    TestServer server;
    server.options.api.body_timeout = std::chrono::milliseconds{50};
    RawSocket client(server.start().port());
    client.send(head("/held-batch", "Transfer-Encoding: chunked") + chunk("1\n"));
    server.held_lines.take().reply({"one"});
    std::string answer = client.receive_until("one\n\r\n");
    client.send(c.rest);
    answer += client.receive_until("never: it ends before");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << c.name;
    EXPECT_NE(answer.find(R"("status":)" + std::to_string(c.status)), std::string::npos) << c.name << "\n" << answer;
    EXPECT_FALSE(answer.ends_with("0\r\n\r\n")) << c.name << ": a client would take it for the whole";
  }
}

TEST(BatchStream, IsAProblemWhenTheBodyIsMalformedFromTheStart) {
  TestServer server;
  auto client = server.start().client();
  client.send_raw(head("/batch", "Transfer-Encoding: chunked") + "xyz\r\n\r\n");
  const auto response = client.read_response();
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(BatchStream, KeepsItsMemoryFlatHoweverLongTheBodyIs) {
  TestServer server;
  server.start();
  constexpr std::size_t kLines = 200'000;
  const std::string line = std::string(150, '#') + "\n";
  RawSocket client(server.port());
  std::thread sender([&] {
    client.send(head("/batch", "Transfer-Encoding: chunked"));
    std::string block;
    for (std::size_t i = 1; i <= kLines; ++i) {
      block += line;
      if (block.size() < (32 << 10) && i < kLines) continue;
      client.send(chunk(block));
      block.clear();
    }
    client.send("0\r\n\r\n");
  });
  std::size_t characters = 0;
  std::size_t most = 0;
  for (std::string bytes, tail; tail != "0\r\n\r\n";) {
    bytes = client.receive();
    ASSERT_FALSE(bytes.empty());
    characters += static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '#'));
    tail = (tail + bytes).substr(tail.size() + bytes.size() - std::min<std::size_t>(5, tail.size() + bytes.size()));
    const auto memory = ::mallinfo2();
    most = std::max(most, memory.uordblks + memory.hblkhd);
  }
  sender.join();
  EXPECT_EQ(characters, kLines * 150);
  EXPECT_LT(most, 8U << 20) << "the body has " << kLines * line.size() << " bytes";
}

}  // namespace
}  // namespace hub::http
