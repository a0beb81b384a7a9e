#include "hub/base/backoff.hpp"

#include <algorithm>

namespace hub::base {

Millis Backoff::ceiling(int n) const {
  Millis wait = first;
  for (int i = 1; i < n && wait < max; ++i) wait *= 2;
  return std::min(wait, max);
}

Millis Backoff::draw(int n, Rng& rng) const {
  return Millis{static_cast<Millis::rep>(rng.below(static_cast<std::uint64_t>(ceiling(n).count()) + 1))};
}

}  // namespace hub::base
