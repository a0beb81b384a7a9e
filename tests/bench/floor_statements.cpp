#include "tests/bench/floor_statements.hpp"

#include <embedded_sql.hpp>

#include <sstream>

namespace bench {

std::map<std::string, std::string> floor_statements(std::string_view file) {
  static constexpr std::string_view kHeading = "-- name: ";
  std::map<std::string, std::string> statements;
  for (const auto& embedded : sql::sql_files()) {
    if (embedded.name != file) continue;
    std::istringstream lines{std::string(embedded.text)};
    std::string name;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(kHeading))
        name = line.substr(kHeading.size());
      else if (!name.empty() && !line.starts_with("--"))
        statements[name] += line + '\n';
    }
  }
  return statements;
}

}  // namespace bench
