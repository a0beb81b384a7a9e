#include "tests/chaos/crash.hpp"

#include "tests/chaos/load.hpp"
#include "tests/support/eventually.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

namespace tests::chaos {

namespace {

using std::chrono::milliseconds;

/// SYNCLINE_CHAOS_KILLS says how often (100), SYNCLINE_CHAOS_SEED with which seed.
TEST(Crash, NothingAcknowledgedIsLostAndNothingIsThereTwice) {
  const int kills = figure("SYNCLINE_CHAOS_KILLS", 100);
  std::printf("%d kills, SYNCLINE_CHAOS_SEED=%u\n", kills, seed());
  std::mt19937 random(seed());
  integration::HubProcess hub(integration::kWithLocalDb);
  prepare(hub);
  Load load({hub.local_db()}, seed());
  load.start();
  std::size_t acknowledged = 0;
  for (int kill = 1; kill <= kills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill) + " of seed " + std::to_string(seed()));
    hub.launch();
    if (random() % 10 == 0 && kill > 1) {  // while it starts and recovers
      std::this_thread::sleep_for(milliseconds{random() % 100});
    } else {
      const auto port = hub.listening();
      ASSERT_TRUE(port) << hub.process().err();
      load.use_ports({*port});
      const int before = load.answered();
      EXPECT_TRUE(support::eventually([&] { return load.answered() > before; })) << "there is no load";
      std::this_thread::sleep_for(milliseconds{random() % 150});
    }
    ASSERT_TRUE(hub.running()) << hub.process().err();
    hub.kill();
    load.use_ports({});
    const auto answered = load.take_acknowledged();
    acknowledged += answered.size();
    ASSERT_EQ(lost_or_doubled(hub, answered), "");
    ASSERT_EQ(load.problems(), "");
  }
  load.stop();
  expect_to_work_on(hub, load, {});
  EXPECT_EQ(hub.value("pragma integrity_check"), "ok");
  std::printf("%zu changes were acknowledged before a kill\n", acknowledged);
}

}  // namespace

}  // namespace tests::chaos
