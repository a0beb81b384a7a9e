#pragma once

#include "hub/config/tree.hpp"

namespace hub::config {

/// Checks a tree against the table of keys and completes it: afterwards every key has a value of its type, written or
/// default, or is absent because it has neither. What is unknown or wrong is reported and taken out. `complete` false:
/// a part of the tree could not be read, so that what is missing is not reported.
void check_against_table(Node& root, bool complete, Findings& findings);

}  // namespace hub::config
