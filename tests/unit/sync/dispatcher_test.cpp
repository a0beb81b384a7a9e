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

TEST_F(DispatcherTest, ASourceIsHeardBeforeItIsWrittenTo) {
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"fullName", "Ada"}});
  hub::sync::Dispatcher begins(hub.around, hub.config.sources[3], local.source, hub.deliveries, "another",
                               {[] {}, [&] { return local.puller.rounds(); }});
  static_cast<void>(begins.step([] { return false; }));
  EXPECT_TRUE(local.source.pushed.empty()) << "what it said while nobody listened is older than this";
  local.pull();
  static_cast<void>(begins.step([] { return false; }));
  EXPECT_EQ(local.source.pushed.size(), 1U);
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
