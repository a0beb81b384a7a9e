#pragma once

#include "tests/sim/world.hpp"

namespace tests::sim {

/// Every source holds what is canonical, as far as its mapping, its filter and the policies allow, and every row
/// stands for exactly one record. A difference is fine where something that a person can see accounts for it: an open
/// conflict, a parked or held change, a dead letter.
void check_convergence(World& world);

/// The journal tells how each record came to its values: every value that gave way is in it, with the rule by which.
void check_lineage(World& world);

/// Nobody was sent more than was changed.
void check_no_storm(World& world);

}  // namespace tests::sim
