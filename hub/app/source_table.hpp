#pragma once

#include "hub/model/json.hpp"

#include <iosfwd>

namespace hub::app {

/// The table of sources, from the array that the API gives.
void write_sources(std::ostream& out, const model::Json& sources);

}  // namespace hub::app
