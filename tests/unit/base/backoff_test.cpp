#include "hub/base/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hub::base {

namespace {

TEST(Backoff, DoublesItsCeilingUpToTheLongest) {
  const Backoff backoff{Millis{1000}, Millis{5000}};
  const int expected[] = {1000, 1000, 2000, 4000, 5000, 5000};
  for (int retry = 0; retry < 6; ++retry) EXPECT_EQ(backoff.ceiling(retry), Millis{expected[retry]}) << retry;
}

TEST(Backoff, DoesNotOverflow) {
  const Backoff backoff{Millis{1}, Millis{1'000'000'000'000'000}};
  EXPECT_EQ(backoff.ceiling(2'000'000'000), backoff.max);
  EXPECT_EQ(backoff.ceiling(63), backoff.max);
}

TEST(Backoff, IsNeverLongerThanTheLongestEvenAtFirst) {
  EXPECT_EQ((Backoff{Millis{5000}, Millis{1000}}.ceiling(1)), Millis{1000});
}

TEST(Backoff, DrawsFromTheWholeRangeAndNoFurther) {
  const Backoff backoff{Millis{1000}, Millis{60'000}};
  SeededRng rng(7);
  Millis shortest = Millis::max();
  Millis longest{0};
  Millis sum{0};
  constexpr int kDraws = 10'000;
  for (int i = 0; i < kDraws; ++i) {
    const Millis wait = backoff.draw(3, rng);
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
    sum += wait;
  }
  EXPECT_GE(shortest, Millis{0});
  EXPECT_LE(longest, Millis{4000});
  EXPECT_LT(shortest, Millis{40}) << "full jitter begins at nothing";
  EXPECT_GT(longest, Millis{3960});
  EXPECT_NEAR(static_cast<double>(sum.count()) / kDraws, 2000.0, 60.0);
}

}  // namespace

}  // namespace hub::base
