#include "hub/sync/loop.hpp"

#include "tests/support/eventually.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

namespace hub::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Loop, ASecondPassesAfterAStepThatFailedWhateverTheOneBeforeSaid) {
  std::atomic<int> steps{0};
  Loop loop("test", [&] {
    if (++steps == 2) throw std::runtime_error("the store is away");
    return milliseconds{steps == 1 ? 0 : 60'000};
  });
  const auto begun = steady_clock::now();
  loop.start();
  ASSERT_TRUE(tests::support::eventually([&] { return steps == 3; }));
  EXPECT_GE(steady_clock::now() - begun, milliseconds{1000});
  loop.stop();
}

}  // namespace
}  // namespace hub::sync
