#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

/// The times that the operations of one run took, each kept (microseconds), so that a percentile is exact.
class Latencies {
 public:
  void add(std::chrono::steady_clock::duration taken) {
    micros_.push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(taken).count()));
  }
  [[nodiscard]] std::size_t count() const { return micros_.size(); }
  /// The time in milliseconds that `share` (0 to 1) of the operations did not exceed; 0 when there was none.
  [[nodiscard]] double percentile_ms(double share) {
    if (micros_.empty()) return 0;
    const auto last = static_cast<double>(micros_.size() - 1);
    const auto position = micros_.begin() + static_cast<std::ptrdiff_t>(last * share);
    std::nth_element(micros_.begin(), position, micros_.end());
    return static_cast<double>(*position) / 1000;
  }

 private:
  std::vector<std::uint32_t> micros_;
};

}  // namespace bench
