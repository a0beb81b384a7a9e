#include "hub/base/failpoint.hpp"

#include "tests/chaos/crash.hpp"
#include "tests/chaos/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <tuple>

namespace tests::chaos {

namespace {

class FailpointKill : public ::testing::TestWithParam<std::tuple<std::string_view, int>> {};

/// The hub dies at the step itself, at its first or its second time.
TEST_P(FailpointKill, LosesNothing) {
#ifndef HUB_FAILPOINTS
  GTEST_SKIP() << "this build has no failpoints";
#endif
  const auto& [name, hit] = GetParam();
  integration::HubProcess hub(integration::kWithLocalDb);
  prepare(hub);
  hub.start();  // the store is made and the plugin set up before: the step is to be met under load
  ASSERT_EQ(hub.stop(), 0);

  Load load({hub.local_db()}, 1);
  load.start();
  hub.launch({{"SYNCLINE_FAILPOINTS", std::string(name) + "=kill@" + std::to_string(hit)}});
  if (const auto port = hub.listening()) load.use_ports({*port});
  ASSERT_EQ(hub.process().wait(std::chrono::seconds{20}), 128 + SIGKILL)
      << name << " was not hit " << hit << " times: " << hub.process().err();
  load.use_ports({});
  load.stop();
  const auto acknowledged = load.take_acknowledged();
  EXPECT_EQ(lost_or_doubled(hub, acknowledged), "");
  expect_to_work_on(hub, load, acknowledged);
}

INSTANTIATE_TEST_SUITE_P(Steps, FailpointKill,
                         ::testing::Combine(::testing::ValuesIn(hub::base::Failpoints::names()),
                                            ::testing::Values(1, 2)),
                         [](const auto& param) {
                           std::string name(std::get<0>(param.param));
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name + "_" + std::to_string(std::get<1>(param.param));
                         });

}  // namespace

}  // namespace tests::chaos
