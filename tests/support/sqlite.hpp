#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace tests::support {

/// Runs `sql` in the sqlite3 shell on `database` (made when it is not there), as any other program on the machine
/// would, and gives what it printed. It waits up to ten seconds for a lock and stops at the first error, which is
/// thrown as std::runtime_error.
std::string sqlite(const std::filesystem::path& database, std::string_view sql);

/// The rows of a single SELECT as a JSON array of objects, column name to value.
[[nodiscard]] nlohmann::json sqlite_rows(const std::filesystem::path& database, std::string_view sql);

/// The first column of the first row as text, "" when there is no row (or it is NULL).
[[nodiscard]] std::string sqlite_value(const std::filesystem::path& database, std::string_view sql);

}  // namespace tests::support
