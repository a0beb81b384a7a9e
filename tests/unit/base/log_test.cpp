#include "hub/base/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hub::base {

namespace {

TEST(Log, GoesToTheSinkThatWasSet) {
  std::vector<std::string> lines;
  set_log_sink([&](LogLevel level, std::string_view component, std::string_view message) {
    lines.push_back(std::to_string(static_cast<int>(level)) + " " + std::string(component) + " " +
                    std::string(message));
  });
  log(LogLevel::kDebug, "http", "a");
  log(LogLevel::kError, "source CRM", "b");
  const std::vector<std::string> expected{"0 http a", "3 source CRM b"};
  EXPECT_EQ(lines, expected);
  set_log_sink([](LogLevel, std::string_view, std::string_view) {});
}

}  // namespace

}  // namespace hub::base
