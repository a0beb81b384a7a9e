#include "tests/chaos/crash.hpp"
#include "tests/chaos/hub_pair.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace tests::chaos {

namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

// Processes are killed here and not the machine: what the kernel was given is not lost, and nothing needs to wait for
// the disk, which the rest of a build keeps busy.
const std::vector<std::string> kQuick{"fsync=off"};

// A takeover takes less than 10 s; the rest is for a machine that has many times more to do than it has cores.
constexpr auto kTakeover = 60s;

void wait_a_little(std::mt19937& random, unsigned most_ms) {
  std::this_thread::sleep_for(milliseconds{random() % most_ms});
}

/// The hub of the two with more sources of its own: to do without it is harder.
std::size_t busier(HubPair& hubs) { return hubs.sources_of(0).size() >= hubs.sources_of(1).size() ? 0 : 1; }

/// SYNCLINE_CHAOS_HUB_KILLS says how often.
TEST(ChaosPostgresql, AHubIsKilledAndTheOtherOneGoesOn) {
  const int kills = figure("SYNCLINE_CHAOS_HUB_KILLS", 2);
  tell("kill -9 of one hub of two, SYNCLINE_CHAOS_SEED=" + std::to_string(seed()));
  std::mt19937 random(seed());
  const support::PostgresServer server(kQuick);
  HubPair hubs(server.url());
  std::vector<milliseconds> takeovers;
  std::vector<milliseconds> silences;
  for (int kill = 1; kill <= kills && !testing::Test::HasFailure(); ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    wait_a_little(random, 500);
    const std::size_t victim = busier(hubs);
    const auto sources = hubs.sources_of(victim);
    static_cast<void>(hubs.load().longest_silence());
    hubs.kill(victim);
    takeovers.push_back(hubs.takes_over(1 - victim, sources));
    EXPECT_LT(takeovers.back(), kTakeover);
    hubs.expect_answers();
    silences.push_back(hubs.load().longest_silence());
    hubs.start(victim);
  }
  tell("until the other hub had pulled the sources", takeovers);
  tell("longest time without an answer", silences);
  hubs.expect_nothing_lost();
}

/// SYNCLINE_CHAOS_STOPS says how often.
TEST(ChaosPostgresql, AHubThatSleptChangesNothingWhenItWakes) {
  const int stops = figure("SYNCLINE_CHAOS_STOPS", 1);
  tell("SIGSTOP of one hub of two past its leases, SYNCLINE_CHAOS_SEED=" + std::to_string(seed()));
  std::mt19937 random(seed());
  const support::PostgresServer server(kQuick);
  HubPair hubs(server.url());
  std::vector<milliseconds> takeovers;
  std::vector<milliseconds> silences;
  for (int stop = 1; stop <= stops && !testing::Test::HasFailure(); ++stop) {
    SCOPED_TRACE("stop " + std::to_string(stop));
    wait_a_little(random, 500);
    const std::size_t sleeper = busier(hubs);
    const auto sources = hubs.sources_of(sleeper);
    static_cast<void>(hubs.load().longest_silence());
    hubs.hub(sleeper).process().signal(SIGSTOP);
    takeovers.push_back(hubs.takes_over(1 - sleeper, sources));
    EXPECT_LT(takeovers.back(), kTakeover);
    wait_a_little(random, 2000);
    hubs.hub(sleeper).process().signal(SIGCONT);
    // It has in its hands what it pulled, pushed and was about to store.
    hubs.expect_all_pulled();
    hubs.expect_answers();
    silences.push_back(hubs.load().longest_silence());
  }
  tell("until the other hub had pulled the sources", takeovers);
  tell("longest time without an answer", silences);
  hubs.expect_nothing_lost();
}

/// SYNCLINE_CHAOS_SERVER_KILLS says how often; every other time the server is restarted in good order.
TEST(ChaosPostgresql, TheServerGoesAndComesBack) {
  const int kills = figure("SYNCLINE_CHAOS_SERVER_KILLS", 4);
  tell("the server restarted and crashed by turns, SYNCLINE_CHAOS_SEED=" + std::to_string(seed()));
  std::mt19937 random(seed());
  support::PostgresServer server(kQuick);
  HubPair hubs(server.url());
  std::vector<milliseconds> silences;
  for (int kill = 1; kill <= kills && !testing::Test::HasFailure(); ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    wait_a_little(random, 500);
    static_cast<void>(hubs.load().longest_silence());
    kill % 2 == 0 ? server.crash() : server.stop();
    wait_a_little(random, 300);
    server.start();
    hubs.expect_answers();
    silences.push_back(hubs.load().longest_silence());
    EXPECT_LT(silences.back(), 60s);
  }
  tell("longest time without an answer", silences);
  hubs.expect_nothing_lost();
}

/// SYNCLINE_CHAOS_CUTS says how often.
TEST(ChaosPostgresql, ConnectionsBreakAtCommit) {
  const int cuts = figure("SYNCLINE_CHAOS_CUTS", 20);
  tell("connections to the server cut, most of them at COMMIT, SYNCLINE_CHAOS_SEED=" + std::to_string(seed()));
  std::mt19937 random(seed());
  const support::PostgresServer server(kQuick);
  const std::uint16_t port = support::port_of(server.url());
  std::array<support::TcpProxy, HubPair::kHubs> proxies{support::TcpProxy(port), support::TcpProxy(port)};
  HubPair hubs(server.url(), {through(proxies[0], server.url()), through(proxies[1], server.url())});
  const std::string commit("commit\0", 7);  // the statement, as a new connection prepares it
  int answers = 0, requests = 0, anywhere = 0;
  std::vector<milliseconds> silences;
  for (int cut = 1; cut <= cuts && !testing::Test::HasFailure(); ++cut) {
    SCOPED_TRACE("cut " + std::to_string(cut));
    support::TcpProxy& proxy = proxies[random() % proxies.size()];
    const int before = proxy.lost();
    static_cast<void>(hubs.load().longest_silence());
    switch (random() % 3) {
      case 0: (proxy.lose_answer_after(commit), ++answers); break;
      case 1: (proxy.lose_request_after(commit), ++requests); break;
      default: (proxy.cut_after(random() % 50'000), ++anywhere);
    }
    proxy.cut();  // so that connections are new
    proxy.allow();
    EXPECT_TRUE(support::eventually([&] { return proxy.lost() > before; }, 60s)) << "nothing was lost";
    hubs.expect_answers();
    silences.push_back(hubs.load().longest_silence());
  }
  tell(std::to_string(answers) + " answers to COMMIT lost, " + std::to_string(requests) + " COMMITs lost, " +
       std::to_string(anywhere) + " connections cut anywhere");
  tell("longest time without an answer", silences);
  hubs.expect_nothing_lost();
}

}  // namespace

}  // namespace tests::chaos
