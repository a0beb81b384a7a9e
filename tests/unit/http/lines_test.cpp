#include "hub/http/lines.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hub::http {
namespace {

using nlohmann::json;

/// What each window would answer when the handler echoes its lines, as text.
std::vector<std::string> echo_windows(const std::string& body, const LineLimits& limits, std::size_t step) {
  LineSplitter splitter(limits);
  LineWindow window;
  std::vector<std::string> windows;
  const auto flush = [&] {
    if (window.count() == 0) return;
    std::string text;
    EXPECT_TRUE(append_answers(window.refused, window.lines.size(), window.lines, text));
    windows.push_back(text);
    window = {};
  };
  for (std::size_t at = 0; at < body.size(); at += step) {
    for (std::string_view rest = std::string_view(body).substr(at, step); !rest.empty();) {
      rest.remove_prefix(splitter.feed(rest, window));
      if (splitter.full(window)) flush();
    }
  }
  splitter.finish(window);
  flush();
  return windows;
}

std::string joined(const std::vector<std::string>& windows) {
  std::string text;
  for (const auto& window : windows) text += window;
  return text;
}

TEST(LineSplitter, CutsLinesHoweverTheBytesComeIn) {
  const LineLimits limits{10, 3, 1000};
  const std::string body = "one\ntwo\r\n0123456789\r\nfour\nlast";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    const auto windows = echo_windows(body, limits, step);
    ASSERT_EQ(windows.size(), 2U) << "step " << step;
    EXPECT_EQ(windows[0], "one\ntwo\n0123456789\n") << "step " << step;
    EXPECT_EQ(windows[1], "four\nlast\n") << "step " << step;
  }
}

TEST(LineSplitter, AnswersABadLineAloneInItsPlace) {
  const LineLimits limits{10, 100, 1000};
  const std::string body = "one\n\n" + std::string(50, 'x') + "\nfour\r\n\r\n01234567890\n";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    const std::string text = joined(echo_windows(body, limits, step));
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      lines.push_back(text.substr(at, text.find('\n', at) - at));
    ASSERT_EQ(lines.size(), 6U) << "step " << step << "\n" << text;
    EXPECT_EQ(lines[0], "one");
    EXPECT_EQ(json::parse(lines[1]).at("status"), 400);
    EXPECT_EQ(json::parse(lines[1]).at("line"), 2);
    EXPECT_EQ(json::parse(lines[2]).at("status"), 413);
    EXPECT_EQ(lines[3], "four");
    EXPECT_EQ(json::parse(lines[4]).at("status"), 400);
    EXPECT_EQ(json::parse(lines[5]).at("status"), 413);
    EXPECT_EQ(json::parse(lines[5]).at("line"), 6);
  }
}

TEST(LineSplitter, AWindowIsFullByBytesAsWell) {
  const auto windows = echo_windows("aaaa\nbbbb\ncccc\n", {100, 100, 8}, 100);
  EXPECT_EQ(windows, (std::vector<std::string>{"aaaa\nbbbb\n", "cccc\n"}));
}

TEST(LineSplitter, NoLineGivesNoWindow) { EXPECT_TRUE(echo_windows("", {}, 1).empty()); }

TEST(AppendAnswers, FailsEveryLineWhenTheHandlerMiscounted) {
  std::string text;
  EXPECT_FALSE(append_answers({{1, "bad"}}, 2, {"only one"}, text));
  const auto first = json::parse(text.substr(0, text.find('\n')));
  EXPECT_EQ(first.at("status"), 500);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_NE(text.find("\nbad\n"), std::string::npos);
}

}  // namespace
}  // namespace hub::http
