#pragma once

#include "hub/base/rng.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tests::sim {

/// All that is left to chance in a run, drawn from its seed.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : rng_(seed) {}

  /// True `rate` times in a hundred.
  bool percent(int rate) { return below(100) < rate; }
  /// A number from `low` to `high`, both included.
  int between(int low, int high) { return low + below(high - low + 1); }
  /// A number in [0, bound).
  int below(int bound) { return static_cast<int>(rng_.below(static_cast<std::uint64_t>(bound))); }
  /// One of what is there; it must not be empty.
  template <class T>
  T pick(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

 private:
  hub::base::SeededRng rng_;
};

}  // namespace tests::sim
