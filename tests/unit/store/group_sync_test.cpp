#include "hub/store/group_sync.hpp"

#include "hub/store/error.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace hub::store {

namespace {

TEST(GroupSync, ServesManyThreads) {
  const tests::support::TempDir folder;
  GroupSync sync(folder.write("log", "commits"));
  std::vector<std::thread> threads;
  std::atomic<int> served{0};
  threads.reserve(8);
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        sync.wait_for(sync.committed());
        ++served;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 400);
  EXPECT_EQ(sync.committed(), 401U);
}

TEST(GroupSync, AFailureIsForEverAndForEverybodyAfterIt) {
  const tests::support::TempDir folder;
  GroupSync sync(folder / "log");  // is not there
  EXPECT_NO_THROW(sync.wait_for(0)) << "what asks for nothing waits for nothing";
  const CommitNumber first = sync.committed();
  const auto wait = [&](CommitNumber commit) {
    try {
      sync.wait_for(commit);
    } catch (const StoreError& e) {
      return e.kind();
    }
    return StoreErrorKind::kOther;
  };
  EXPECT_EQ(wait(first), StoreErrorKind::kBroken);
  static_cast<void>(folder.write("log", "commits"));
  EXPECT_EQ(wait(first), StoreErrorKind::kBroken) << "a second sync may succeed without the pages that the first lost";
  EXPECT_EQ(wait(sync.committed()), StoreErrorKind::kBroken);
}

}  // namespace

}  // namespace hub::store
