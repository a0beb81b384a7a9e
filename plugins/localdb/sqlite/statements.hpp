#pragma once

#include <string>
#include <string_view>

namespace localdb::sqlite {

/// The statement called `name` in the files under sql/sqlite, without its last semicolon. Throws std::logic_error for
/// an unknown name. Any thread.
[[nodiscard]] const std::string& sql(std::string_view name);

}  // namespace localdb::sqlite
