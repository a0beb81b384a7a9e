#include "hub/base/rng.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hub::base {

namespace {

TEST(SeededRng, RepeatsARunFromItsSeed) {
  SeededRng a(42);
  SeededRng b(42);
  SeededRng c(43);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t drawn = a.next();
    EXPECT_EQ(drawn, b.next());
    differs = differs || drawn != c.next();
  }
  EXPECT_TRUE(differs);
}

TEST(SeededRng, DiffersFromRunToRunWithoutOne) {
  SeededRng a;
  SeededRng b;
  EXPECT_NE(a.next(), b.next());
}

TEST(Rng, StaysBelowItsBound) {
  SeededRng rng(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(rng.below(5));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(rng.below(0), 0U);
  EXPECT_EQ(rng.below(1), 0U);
}

TEST(MakeUlid, Is26CharactersOfCrockfordsBase32) {
  SeededRng rng(1);
  for (int i = 0; i < 100; ++i) {
    const std::string ulid = make_ulid(1'767'323'045'006, rng);
    EXPECT_EQ(ulid.size(), 26U);
    EXPECT_EQ(ulid.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos) << ulid;
  }
}

TEST(MakeUlid, BeginsWithItsTime) {
  SeededRng rng(1);
  // From the specification's own example: 1469918176385 ms is 01ARYZ6S41.
  EXPECT_EQ(make_ulid(1'469'918'176'385, rng).substr(0, 10), "01ARYZ6S41");
  EXPECT_EQ(make_ulid(0, rng).substr(0, 10), "0000000000");
  EXPECT_EQ(make_ulid(281'474'976'710'655, rng).substr(0, 10), "7ZZZZZZZZZ");
}

TEST(MakeUlid, SortsByTimeAndNeverRepeats) {
  SeededRng rng(1);
  std::set<std::string> ids;
  std::string last;
  for (std::int64_t time = 1'700'000'000'000; time < 1'700'000'001'000; ++time) {
    const std::string ulid = make_ulid(time, rng);
    EXPECT_LT(last, ulid);
    last = ulid;
    for (int i = 0; i < 10; ++i) ids.insert(make_ulid(time, rng));
  }
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace

}  // namespace hub::base
