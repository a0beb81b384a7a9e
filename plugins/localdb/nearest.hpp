#pragma once

#include <span>
#include <string>
#include <string_view>

namespace localdb {

/// "; did you mean 'X'?" with the one of `names` that is spelled most like `name`, or nothing when none is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string> names);

}  // namespace localdb
