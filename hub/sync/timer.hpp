#pragma once

#include "hub/sync/committer.hpp"

#include <chrono>

namespace hub::sync {

/// Ends the holds and tries the parked changes whose time has come, at most a page of each in one transaction; gives
/// how long nothing more will be due. What it cannot release counts an attempt, and ends as a dead letter when the
/// entity's patience does.
[[nodiscard]] std::chrono::milliseconds release_due(const Surroundings& hub, Committer& committer);

}  // namespace hub::sync
