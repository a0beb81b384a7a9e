#pragma once

#include "hub/app/cli.hpp"
#include "hub/model/schema.hpp"

#include <string>

namespace hub::app {

/// --field and --clear as a JSON object of fields; empty when neither was given. `entity` (may be null) tells which
/// values are booleans; all others travel as text, which the hub reads by the field's type. Throws CommandError(kUsage)
/// for a
/// --field without "=" and for a field named twice.
[[nodiscard]] std::string field_values(const Arguments& args, const model::EntitySchema* entity);

}  // namespace hub::app
