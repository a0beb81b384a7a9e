#pragma once

#include <map>
#include <string>
#include <string_view>

namespace bench {

/// The statements of an embedded file of sql/ by name.
[[nodiscard]] std::map<std::string, std::string> floor_statements(std::string_view file);

}  // namespace bench
