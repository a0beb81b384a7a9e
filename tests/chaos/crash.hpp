#pragma once

#include "tests/chaos/load.hpp"
#include "tests/integration/hub_process.hpp"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace tests::chaos {

/// What the environment says, or else this: how often something is done.
[[nodiscard]] int figure(const char* name, int otherwise);
/// SYNCLINE_CHAOS_SEED, or one of the time. Tests say it in their output.
[[nodiscard]] std::uint32_t seed();

/// LocalDB's file, and attempts that a hub which is killed all the time does not use up.
void prepare(integration::HubProcess& hub);

/// What must hold for a store after any crash: every acknowledged change is in the journal, no change is there twice,
/// the books balance. Empty: it holds. Beside a running hub or without.
[[nodiscard]] std::string lost_or_doubled(const integration::HubProcess& hub, const std::set<ChangeName>& acknowledged);

/// Lets everything come to rest: connectors take all their deliveries, the LocalDBs are pulled and pushed. Then one
/// fresh change must reach every source. Empty: it did.
[[nodiscard]] std::string does_not_work_on(integration::HubProcess& hub,
                                           const std::vector<std::filesystem::path>& local_files);

/// Starts the hub once more after its crashes, posts what a stopped load had not got acknowledged, and lets everything
/// come to rest. Then a fresh change must reach every source, the hub must stop, and nothing may be lost or doubled of
/// what is acknowledged now or was before (`acknowledged`).
void expect_to_work_on(integration::HubProcess& hub, Load& load, std::set<ChangeName> acknowledged);

}  // namespace tests::chaos
