#include "hub/sync/dispatcher.hpp"

#include "hub/base/failpoint.hpp"
#include "tests/unit/sync/fake_source.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

class DispatcherTest : public testing::Test {
 protected:
  ~DispatcherTest() override { hub::base::Failpoints::arm(""); }

  Pipeline hub;
  Connected local{hub};
};

TEST_F(DispatcherTest, ASourceThatIsTakenOverIsHeardBeforeItIsWrittenTo) {
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"fullName", "Ada"}});
  const auto step = [&] { return local.dispatcher.step([] { return false; }, 1); };
  EXPECT_GT(step().count(), 0) << "what it said while nobody listened is older than this";
  local.pull();
  EXPECT_THROW(static_cast<void>(step()), hub::store::StoreError) << "it claims now, under a lease that it has not";
}

TEST_F(DispatcherTest, ReceiptsThatCouldNotBeStoredHoldNothingUp) {
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"fullName", "Ada"}});
  local.push();
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"fullName", "Ada Lovelace"}});
  hub::base::Failpoints::arm("push.after=error@1");
  EXPECT_THROW(local.push(), hub::base::FailpointError) << "as when the store goes away";
  ASSERT_EQ(local.source.pushed.size(), 2U);
  local.push();  // at once, and not when the claim has run out
  EXPECT_EQ(local.source.pushed.size(), 3U);
  EXPECT_EQ(hub.counter("LocalDB", "deliveries_applied"), 2);
  local.push();
  EXPECT_EQ(local.source.pushed.size(), 3U);
}

}  // namespace
}  // namespace tests
