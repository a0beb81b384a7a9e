#pragma once

#include "tests/bench/latencies.hpp"
#include "tests/bench/load_answer.hpp"
#include "tests/bench/load_request.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace bench {

/// A closed loop: every connection sends its next request when the answer to its last one is complete.
struct LoadPlan {
  RequestShape shape;
  std::vector<std::uint16_t> ports;  // on the loopback address: no other machine can be loaded
  int connections = 1;
  std::chrono::duration<double> warm_up{1};   // answered as usual, but not in the figures
  std::chrono::duration<double> duration{5};  // of the measured part
  std::optional<std::uint64_t> changes;       // given: so many changes at least, whatever time they take
  std::chrono::seconds patience{30};          // a time without any answer that ends the run as failed
};

/// The figures of the measured part of a run; `tally` has the warm-up's and the last answers' changes too.
struct LoadResult {
  std::uint64_t changes = 0;
  std::uint64_t requests = 0;
  double seconds = 0;
  Latencies latencies;  // from a request's first byte out to its answer's last byte in
  Tally tally;
};

/// Runs the plan on the calling thread. Throws std::runtime_error when a connection fails or ends, or patience runs
/// out.
[[nodiscard]] LoadResult run_load(const LoadPlan& plan);

}  // namespace bench
