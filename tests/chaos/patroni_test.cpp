#include "tests/chaos/crash.hpp"
#include "tests/chaos/hub_pair.hpp"
#include "tests/support/patroni_cluster.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

namespace tests::chaos {

namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// SYNCLINE_CHAOS_FAILOVERS says how often; first the leader is switched over, and by turns it is killed.
TEST(ChaosPatroni, AnotherServerLeadsAndNothingIsLost) {
  const int failovers = figure("SYNCLINE_CHAOS_FAILOVERS", 2);
  tell("three PostgreSQL servers under Patroni, SYNCLINE_CHAOS_SEED=" + std::to_string(seed()));
  std::mt19937 random(seed());
  support::PatroniCluster cluster;
  HubPair hubs(cluster.url());
  std::vector<milliseconds> switched;
  std::vector<milliseconds> killed;
  for (int failover = 1; failover <= failovers && !testing::Test::HasFailure(); ++failover) {
    SCOPED_TRACE("failover " + std::to_string(failover));
    std::this_thread::sleep_for(milliseconds{random() % 500});
    static_cast<void>(hubs.load().longest_silence());
    const bool kill = failover % 2 == 0;
    kill ? cluster.kill_leader() : cluster.switch_over();
    hubs.expect_answers();
    const auto silence = hubs.load().longest_silence();
    EXPECT_LT(silence, 60s);
    (kill ? killed : switched).push_back(silence);
    if (kill) cluster.start();
  }
  tell("leader switched over: longest time without an answer", switched);
  tell("leader killed: longest time without an answer", killed);
  hubs.expect_nothing_lost();
}

}  // namespace

}  // namespace tests::chaos
