#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"

namespace hub::base {

/// Capped exponential backoff with full jitter (SEMANTICS 8): before retry n (1-based) a caller waits an evenly
/// distributed time in [0, min(max, first * 2^(n-1))].
struct Backoff {
  Millis first{1000};
  Millis max{300'000};

  /// The longest that the wait before retry `n` can be.
  [[nodiscard]] Millis ceiling(int n) const;
  /// One draw of the wait before retry `n`.
  [[nodiscard]] Millis draw(int n, Rng& rng) const;
};

}  // namespace hub::base
