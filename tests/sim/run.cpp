#include "tests/sim/run.hpp"

#include "hub/model/change.hpp"
#include "hub/store/sources.hpp"
#include "tests/sim/checks.hpp"

#include <sstream>

namespace tests::sim {

namespace {

using hub::model::ChangeState;

constexpr int kDecisions = 10;  // rounds in which a person settles what the round before left

/// Whether being told from the start again can bring no news: a source that changes what it is given and tells nobody
/// at the time has some.
bool tells_all(const World& world) {
  for (const auto& [name, manners] : world.scenario().manners)
    if ((manners.longest_name > 0 || manners.rounds) && !(manners.reports && manners.echoes)) return false;
  return true;
}

void check_all(World& world) {
  check_convergence(world);
  check_lineage(world);
  check_no_storm(world);
}

void run(World& world) {
  world.live();
  world.check_audit("in the middle of it");
  world.calm_down();
  world.run_until_quiet();
  check_all(world);
  for (int i = 0; i < kDecisions && world.failures().empty(); ++i) {
    const bool any = world.settle_everything();
    world.run_until_quiet();
    if (!any) break;
  }
  if (!world.failures().empty()) return;
  check_all(world);
  const auto done = [&] {
    return world.sum(hub::model::to_string(ChangeState::kApplied)) + world.sum(hub::store::kDeliveriesCreated);
  };
  const std::int64_t before = done();
  world.tell_again();
  world.run_until_quiet();
  // What died for want of another record may live now.
  const bool none_dead = world.sum(hub::model::to_string(ChangeState::kDead)) == 0;
  if (tells_all(world) && none_dead && done() != before)
    world.fail("it was told nothing new, and something came of it");
  check_all(world);
}

}  // namespace

Report run_seed(std::uint64_t seed, std::size_t kept_events, const std::string& store) {
  World world(seed, kept_events, store);
  run(world);
  Report report{world.trace().hash(), world.failures(), {}};
  if (kept_events > 0) {
    std::ostringstream out;
    world.trace().print(out);
    report.trace = out.str();
  }
  return report;
}

}  // namespace tests::sim
