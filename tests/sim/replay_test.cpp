#include "tests/sim/run.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tests::sim {
namespace {

TEST(Simulation, ASeedHappensAgainBitForBit) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Report first = run_seed(seed, 0);
    const Report again = run_seed(seed, 1'000'000);
    EXPECT_EQ(first.hash, again.hash) << "seed " << seed;
    EXPECT_TRUE(first.trace.empty());
    EXPECT_NE(again.trace.find("all sources are told from the start"), std::string::npos) << "seed " << seed;
    hashes.insert(first.hash);
  }
  EXPECT_EQ(hashes.size(), 10U) << "other seeds are other runs";
}

}  // namespace
}  // namespace tests::sim
