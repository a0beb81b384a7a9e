#pragma once

#include "hub/config/config.hpp"
#include "hub/sync/plan.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace hub::app {

/// Writes a plan as one JSON object. `notes` are sentences about it; `problem`, when not empty, is why it ends early.
void write_plan_json(std::ostream& out, const sync::Plan& plan, const std::vector<std::string>& notes,
                     const std::string& problem);
/// Writes it for people. `source` is the one that was read, null for none.
void write_plan_text(std::ostream& out, const sync::Plan& plan, const config::SourceConfig* source,
                     const std::vector<std::string>& notes);

}  // namespace hub::app
