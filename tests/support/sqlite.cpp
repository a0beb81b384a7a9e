#include "tests/support/sqlite.hpp"

#include "tests/support/process.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

namespace tests::support {

namespace {

std::string shell(const std::filesystem::path& database, std::string_view sql, const char* mode) {
  const auto finished = run({"sqlite3", "-batch", "-bail", mode, "-cmd", ".timeout 10000", database.string()}, {},
                            std::string(sql) + "\n;\n");
  if (finished.exit_code != 0) throw std::runtime_error("sqlite3 " + database.string() + ": " + finished.err);
  return finished.out;
}

}  // namespace

std::string sqlite(const std::filesystem::path& database, std::string_view sql) {
  return shell(database, sql, "-list");
}

nlohmann::json sqlite_rows(const std::filesystem::path& database, std::string_view sql) {
  const auto text = shell(database, sql, "-json");
  return text.empty() ? nlohmann::json::array() : nlohmann::json::parse(text);
}

std::string sqlite_value(const std::filesystem::path& database, std::string_view sql) {
  const auto rows = shell(database, sql, "-list");
  return rows.substr(0, rows.find_first_of("|\n"));
}

}  // namespace tests::support
