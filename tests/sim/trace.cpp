#include "tests/sim/trace.hpp"

#include <chrono>
#include <iomanip>
#include <sstream>

namespace tests::sim {

namespace {

std::int64_t ticks(const support::FakeClock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.monotonic().time_since_epoch()).count();
}

}  // namespace

Trace::Trace(const support::FakeClock& clock, std::size_t kept) : clock_(clock), start_ms_(ticks(clock)), kept_(kept) {}

void Trace::say(std::string_view who, std::string_view what) {
  const std::int64_t now = ticks(clock_) - start_ms_;
  std::string line = std::to_string(now);
  line.append("\t").append(who).append("\t").append(what);
  for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  if (kept_ == 0) return;
  if (last_.size() == kept_) last_.pop_front();
  last_.push_back(std::move(line));
}

void Trace::print(std::ostream& out) const {
  for (const std::string& line : last_) {
    const auto tab = line.find('\t');
    const auto next = line.find('\t', tab + 1);
    out << std::setw(9) << line.substr(0, tab) << " ms  " << std::left << std::setw(14)
        << line.substr(tab + 1, next - tab - 1) << std::right << ' ' << line.substr(next + 1) << '\n';
  }
}

}  // namespace tests::sim
