#pragma once

#include "tests/sim/chance.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/sim/trace.hpp"
#include "tests/support/fake_clock.hpp"

#include <functional>

namespace tests::sim {

/// What every part of a run shares.
struct Surroundings {
  support::FakeClock& clock;
  Chance& chance;
  Trace& trace;
  Faults& faults;
  /// Lets `ms` pass, and meanwhile everybody act who is not waiting for something himself.
  std::function<void(int ms)> pass;
  /// Notes a broken promise.
  std::function<void(std::string what)> fail;
};

}  // namespace tests::sim
