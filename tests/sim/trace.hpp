#pragma once

#include "tests/support/fake_clock.hpp"

#include <cstdint>
#include <deque>
#include <ostream>
#include <string>
#include <string_view>

namespace tests::sim {

/// What happened in a run, event by event, in virtual time: the last of them as text for people, all of them as a hash
/// that is equal for two runs in which the same happened.
class Trace {
 public:
  /// Keeps the last `kept` events.
  Trace(const support::FakeClock& clock, std::size_t kept);

  void say(std::string_view who, std::string_view what);

  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  void print(std::ostream& out) const;

 private:
  const support::FakeClock& clock_;
  const std::int64_t start_ms_;
  const std::size_t kept_;
  std::uint64_t hash_ = 14695981039346656037ULL;  // FNV-1a
  std::deque<std::string> last_;
};

}  // namespace tests::sim
