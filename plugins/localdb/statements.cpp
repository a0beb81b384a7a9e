#include "plugins/localdb/statements.hpp"

#include <embedded_sql.hpp>

#include <map>
#include <stdexcept>

namespace localdb {

namespace {

using Statements = std::map<std::string, std::string, std::less<>>;

/// Takes a file apart at its headings; a statement's name here is "<dialect>/<name>".
void read_file(std::string_view dialect, std::string_view text, Statements& statements) {
  constexpr std::string_view kHeading = "-- name: ";
  for (std::size_t at = text.find(kHeading); at != std::string_view::npos;) {
    const std::size_t line_end = text.find('\n', at);
    const std::size_t next = text.find(kHeading, line_end);
    const std::string_view name = text.substr(at + kHeading.size(), line_end - at - kHeading.size());
    const std::string_view body =
        text.substr(line_end + 1, next == std::string_view::npos ? next : next - line_end - 1);
    statements.emplace(std::string(dialect) + '/' + std::string(name), body.substr(0, body.find_last_of(';')));
    at = next;
  }
}

Statements read_all() {
  Statements statements;
  constexpr std::string_view kFolder = "sql/";
  for (const SqlFile& file : sql_files()) {
    if (!file.name.starts_with(kFolder)) continue;
    const std::string_view path = file.name.substr(kFolder.size());
    read_file(path.substr(0, path.find('/')), file.text, statements);
  }
  return statements;
}

}  // namespace

const std::string& sql(std::string_view dialect, std::string_view name) {
  static const Statements kStatements = read_all();
  const std::string full = std::string(dialect) + '/' + std::string(name);
  const auto found = kStatements.find(full);
  if (found == kStatements.end()) throw std::logic_error("no SQL statement is called " + full);
  return found->second;
}

}  // namespace localdb
