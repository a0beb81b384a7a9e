#pragma once

#include "tests/support/postgres_server.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tests::sim {

/// How one run ended.
struct Report {
  std::uint64_t hash = 0;             // of everything that happened
  std::vector<std::string> failures;  // promises that were broken; empty: all held
  std::string trace;                  // the last events, when they were asked for
};

/// Runs one seed from its first event to its last check, keeping the last `kept_events`, with the hub's store where
/// `store` says (support::schema_for_store). One at a time in a process: failpoints and the log are the process's.
[[nodiscard]] Report run_seed(std::uint64_t seed, std::size_t kept_events,
                              const std::string& store = support::wanted_store());

}  // namespace tests::sim
