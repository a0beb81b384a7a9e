#include "hub/store/statements.hpp"

#include "embedded_sql.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <unordered_map>

namespace hub::store {

namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    visit(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

std::vector<SqlColumn> parse_columns(std::string_view list, std::string_view statement) {
  std::vector<SqlColumn> columns;
  while (!trim(list).empty()) {
    const auto comma = list.find(',');
    const std::string_view item = trim(list.substr(0, comma));
    const auto space = item.find(' ');
    const std::string_view type = space == std::string_view::npos ? std::string_view{} : trim(item.substr(space));
    if (type != "int" && type != "text")
      throw std::logic_error("statement " + std::string(statement) + ": '" + std::string(item) + "' is no 'name type'");
    columns.push_back({std::string(item.substr(0, space)), type == "int"});
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return columns;
}

void parse_file(std::string_view text, std::vector<NamedStatement>& statements) {
  const auto signature = [](std::string_view line, std::string_view tag) {
    return line.starts_with(tag) ? std::optional(trim(line.substr(tag.size()))) : std::nullopt;
  };
  for_each_line(text, [&](std::string_view line) {
    if (const auto name = signature(line, "-- name:")) {
      statements.push_back({std::string(*name), {}, {}, {}});
    } else if (const auto in = signature(line, "-- in:"); in && !statements.empty()) {
      statements.back().in = parse_columns(*in, statements.back().name);
    } else if (const auto out = signature(line, "-- out:"); out && !statements.empty()) {
      statements.back().out = parse_columns(*out, statements.back().name);
    } else if (!statements.empty() && !trim(line).empty() && !trim(line).starts_with("--")) {
      statements.back().sql.append(line).append("\n");
    }
  });
}

std::vector<NamedStatement> parse_all(Dialect dialect) {
  static constexpr std::string_view kFolder = "queries/";
  std::vector<NamedStatement> statements;
  for (const auto& file : sql::sql_files()) {
    if (!file.name.starts_with(kFolder)) continue;
    const std::string_view name = file.name.substr(kFolder.size());
    if (name.find('/') == std::string_view::npos || name.substr(0, name.find('/')) == to_string(dialect))
      parse_file(file.text, statements);
  }
  for (auto& statement : statements) {
    statement.sql = trim(statement.sql);
    if (statement.sql.ends_with(';')) statement.sql.pop_back();
    const auto same = [&](const NamedStatement& other) { return other.name == statement.name; };
    if (std::count_if(statements.begin(), statements.end(), same) != 1)
      throw std::logic_error("statement " + statement.name + " is given twice");
  }
  return statements;
}

std::unordered_map<std::string_view, const NamedStatement*> by_name(Dialect dialect) {
  std::unordered_map<std::string_view, const NamedStatement*> map;
  for (const auto& statement : named_statements(dialect)) map.emplace(statement.name, &statement);
  return map;
}

std::vector<Migration> parse_migrations(Dialect dialect) {
  const std::string folder = "migrations/" + std::string(to_string(dialect)) + "/";
  std::vector<Migration> list;
  for (const auto& file : sql::sql_files()) {
    if (!file.name.starts_with(folder)) continue;
    const std::string_view name = file.name.substr(folder.size());
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    list.push_back({version, std::string(name), split_script(file.text)});
  }
  std::sort(list.begin(), list.end(), [](const Migration& a, const Migration& b) { return a.version < b.version; });
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].version != static_cast<int>(i) + 1) throw std::logic_error("migrations have a gap at " + list[i].name);
  return list;
}

}  // namespace

const std::vector<NamedStatement>& named_statements(Dialect dialect) {
  static const auto sqlite = parse_all(Dialect::kSqlite);
  static const auto postgresql = parse_all(Dialect::kPostgresql);
  return dialect == Dialect::kSqlite ? sqlite : postgresql;
}

const NamedStatement& named_statement(Dialect dialect, std::string_view name) {
  static const auto sqlite = by_name(Dialect::kSqlite);
  static const auto postgresql = by_name(Dialect::kPostgresql);
  const auto& map = dialect == Dialect::kSqlite ? sqlite : postgresql;
  const auto it = map.find(name);
  if (it == map.end()) throw std::logic_error("no statement is called " + std::string(name));
  return *it->second;
}

std::vector<std::string> split_script(std::string_view script) {
  std::vector<std::string> statements(1);
  bool quoted = false;
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (!quoted && script.substr(i).starts_with("--")) {
      i = std::min(script.find('\n', i), script.size() - 1);
      statements.back() += '\n';
    } else if (!quoted && script[i] == ';') {
      statements.emplace_back();
    } else {
      if (script[i] == '\'') quoted = !quoted;
      statements.back() += script[i];
    }
  }
  for (auto& statement : statements) statement = trim(statement);
  std::erase_if(statements, [](const std::string& statement) { return statement.empty(); });
  return statements;
}

const std::vector<Migration>& migrations(Dialect dialect) {
  static const auto sqlite = parse_migrations(Dialect::kSqlite);
  static const auto postgresql = parse_migrations(Dialect::kPostgresql);
  return dialect == Dialect::kSqlite ? sqlite : postgresql;
}

}  // namespace hub::store
