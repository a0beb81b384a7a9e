#pragma once

#include "hub/base/result.hpp"
#include "hub/model/schema.hpp"

#include <string_view>
#include <vector>

namespace hub::config {

/// The pieces of a template such as "{firstName} {lastName}": at least one of them names a field, and no two texts are
/// neighbours. `{{` and `}}` are braces. An error's message completes "`<path>` …".
[[nodiscard]] base::Result<std::vector<model::TemplatePart>> parse_template(std::string_view text);

}  // namespace hub::config
