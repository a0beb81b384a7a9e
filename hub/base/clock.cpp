#include "hub/base/clock.hpp"

#include <cstdio>
#include <ctime>

namespace hub::base {

std::int64_t SystemClock::now_ms() const {
  return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::chrono::steady_clock::time_point SystemClock::monotonic() const { return std::chrono::steady_clock::now(); }

std::string format_time(std::int64_t epoch_ms) {
  std::int64_t seconds = epoch_ms / 1000;
  std::int64_t millis = epoch_ms % 1000;
  if (millis < 0) {
    millis += 1000;
    --seconds;
  }
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  const int size =
      std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                    parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(millis));
  return {text, static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  std::tm parts{};
  int millis = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &millis) != 7)
    return std::nullopt;
  parts.tm_year -= 1900;
  --parts.tm_mon;
  const std::int64_t epoch_ms = static_cast<std::int64_t>(timegm(&parts)) * 1000 + millis;
  // Only a text that comes out again the same was of this form and a real time.
  return format_time(epoch_ms) == text ? std::optional(epoch_ms) : std::nullopt;
}

}  // namespace hub::base
