#include "tests/support/patroni_cluster.hpp"

#include "tests/support/hub_binary.hpp"
#include "tests/support/process.hpp"

#include <chrono>
#include <stdexcept>

namespace tests::support {

namespace {

constexpr std::chrono::minutes kPatience{4};

}  // namespace

PatroniCluster::PatroniCluster() {
  try {
    start();
  } catch (...) {
    remove();
    throw;
  }
}

PatroniCluster::~PatroniCluster() { remove(); }

void PatroniCluster::remove() noexcept {
  try {
    command("remove");
  } catch (const std::exception&) {  // it is gone already
  }
}

std::string PatroniCluster::command(const std::string& verb) {
  const auto finished = run({source_folder() / "tests/systems/patroni", verb, folder_.path()}, {}, {}, kPatience);
  if (finished.exit_code != 0) throw std::runtime_error("patroni " + verb + ": " + finished.err);
  return finished.out.substr(0, finished.out.find('\n'));
}

void PatroniCluster::start() { url_ = command("start"); }
void PatroniCluster::switch_over() { command("switchover"); }
void PatroniCluster::kill_leader() { command("kill"); }

}  // namespace tests::support
