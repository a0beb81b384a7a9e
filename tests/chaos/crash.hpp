#pragma once

#include "tests/chaos/load.hpp"
#include "tests/integration/hub_process.hpp"

#include <set>
#include <string>

namespace tests::chaos {

/// LocalDB's file, and attempts that a hub which is killed all the time does not use up.
void prepare(integration::HubProcess& hub);

/// What must hold for a store after any crash: every acknowledged change is in the journal, no change is there twice,
/// the books balance. Empty: it holds. Beside a running hub or without.
[[nodiscard]] std::string lost_or_doubled(const integration::HubProcess& hub, const std::set<ChangeName>& acknowledged);

/// Lets everything come to rest: connectors take all their deliveries, LocalDB is pulled and pushed. Then one fresh
/// change must reach every source. Empty: it did.
[[nodiscard]] std::string does_not_work_on(integration::HubProcess& hub);

}  // namespace tests::chaos
