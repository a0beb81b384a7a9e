#pragma once

#include <iosfwd>

#include "hub/model/json.hpp"

namespace hub::app {

/// The table of sources, from the array that the API gives.
void write_sources(std::ostream& out, const model::Json& sources);

}  // namespace hub::app
