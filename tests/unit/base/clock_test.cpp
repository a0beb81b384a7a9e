#include "hub/base/clock.hpp"

#include <gtest/gtest.h>

namespace hub::base {

namespace {

TEST(FormatTime, IsRfc3339InUtcWithMilliseconds) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1, "1970-01-01T00:00:00.001Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
      {-1000, "1969-12-31T23:59:59.000Z"},
      {1'767'323'045'006, "2026-01-02T03:04:05.006Z"},
      {951'782'400'000, "2000-02-29T00:00:00.000Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
      {-62'135'596'800'000, "0001-01-01T00:00:00.000Z"},
  };
  for (const auto& [epoch_ms, text] : cases) EXPECT_EQ(format_time(epoch_ms), text);
}

TEST(SystemClock, AgreesWithTheMachineAndItsTimerMovesForward) {
  const SystemClock clock;
  const auto before = std::chrono::system_clock::now();
  const std::int64_t now = clock.now_ms();
  const auto after = std::chrono::system_clock::now();
  EXPECT_GE(now, std::chrono::floor<Millis>(before.time_since_epoch()).count());
  EXPECT_LE(now, std::chrono::ceil<Millis>(after.time_since_epoch()).count());
  const auto first = clock.monotonic();
  EXPECT_GE(clock.monotonic(), first);
}

}  // namespace

}  // namespace hub::base
