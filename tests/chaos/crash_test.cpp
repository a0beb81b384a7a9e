#include "tests/chaos/crash.hpp"

#include "tests/chaos/load.hpp"
#include "tests/support/eventually.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

namespace tests::chaos {

namespace {

using std::chrono::milliseconds;

int from_environment(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

/// SYNCLINE_CHAOS_KILLS says how often (100), SYNCLINE_CHAOS_SEED with which seed.
TEST(Crash, NothingAcknowledgedIsLostAndNothingIsThereTwice) {
  const int kills = from_environment("SYNCLINE_CHAOS_KILLS", 100);
  const auto seed =
      static_cast<std::uint32_t>(from_environment("SYNCLINE_CHAOS_SEED", static_cast<int>(::time(nullptr))));
  std::printf("%d kills, SYNCLINE_CHAOS_SEED=%u\n", kills, seed);
  std::mt19937 random(seed);
  integration::HubProcess hub(integration::kWithLocalDb);
  prepare(hub);
  Load load(hub, seed);
  load.start();
  std::size_t acknowledged = 0;
  for (int kill = 1; kill <= kills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill) + " of seed " + std::to_string(seed));
    hub.launch();
    if (random() % 10 == 0 && kill > 1) {  // while it starts and recovers
      std::this_thread::sleep_for(milliseconds{random() % 100});
    } else {
      const auto port = hub.listening();
      ASSERT_TRUE(port) << hub.process().err();
      load.use_port(*port);
      const int before = load.answered();
      EXPECT_TRUE(support::eventually([&] { return load.answered() > before; })) << "there is no load";
      std::this_thread::sleep_for(milliseconds{random() % 150});
    }
    ASSERT_TRUE(hub.running()) << hub.process().err();
    hub.kill();
    load.use_port(0);
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
