#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub::base {

using Millis = std::chrono::milliseconds;

/// Where the hub reads time, so that a test can hold it still. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall time in milliseconds since the epoch, UTC: what is stored and shown. May jump.
  [[nodiscard]] virtual std::int64_t now_ms() const = 0;
  /// Time that only moves forward: what timers and timeouts count in.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point monotonic() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ms() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override;
};

/// Milliseconds since the epoch as RFC 3339 in UTC with milliseconds: "2026-01-02T03:04:05.006Z".
[[nodiscard]] std::string format_time(std::int64_t epoch_ms);
/// The other way, for exactly that form; nullopt for any other text.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace hub::base
