#pragma once

#include <string>
#include <string_view>

namespace localdb {

/// The statement called `name` in the files under sql/<dialect>, without its last semicolon. Throws std::logic_error
/// for an unknown one. Any thread.
[[nodiscard]] const std::string& sql(std::string_view dialect, std::string_view name);

}  // namespace localdb
