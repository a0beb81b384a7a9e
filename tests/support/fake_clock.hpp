#pragma once

#include "hub/base/clock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace tests::support {

/// A clock that stands still until the test moves it. Any thread.
class FakeClock final : public hub::base::Clock {
 public:
  /// Starts at 2026-01-01T00:00:00Z unless told otherwise.
  explicit FakeClock(std::int64_t epoch_ms = 1'767'225'600'000) : wall_ms_(epoch_ms) {}

  [[nodiscard]] std::int64_t now_ms() const override { return wall_ms_; }
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override {
    return std::chrono::steady_clock::time_point{std::chrono::milliseconds{monotonic_ms_}};
  }

  /// Time passes: both clocks move forward.
  void advance(hub::base::Millis by) {
    wall_ms_ += by.count();
    monotonic_ms_ += by.count();
  }
  /// Somebody sets the machine's time: only the wall clock moves, in either direction.
  void jump(hub::base::Millis by) { wall_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_ms_;
  std::atomic<std::int64_t> monotonic_ms_{1'000'000};
};

}  // namespace tests::support
