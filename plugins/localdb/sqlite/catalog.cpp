#include "plugins/localdb/sqlite/catalog.hpp"

#include "plugins/localdb/nearest.hpp"
#include "plugins/localdb/statements.hpp"

#include <algorithm>
#include <cctype>

namespace localdb::sqlite {

namespace {

using localdb::Connection;

const std::string& sql(std::string_view name) { return localdb::sql("sqlite", name); }

/// What SQLite makes of a declared type (https://sqlite.org/datatype3.html, 3.1).
Affinity affinity_of(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto has = [&type](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("INT")) return Affinity::kInteger;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return Affinity::kText;
  if (type.empty() || has("BLOB") || type == "ANY") return Affinity::kNone;
  if (has("REAL") || has("FLOA") || has("DOUB")) return Affinity::kReal;
  return Affinity::kNumeric;
}

struct Declared {
  Column column;
  std::string type;
  bool in_pk = false;
};

std::vector<Declared> declared_columns(Connection& connection, const std::string& table) {
  std::vector<Declared> columns;
  Statement rows = connection.prepare(sql("table_columns"));
  rows.bind(1, table);
  while (rows.step()) {
    const std::string type = rows.text(1);
    columns.push_back(
        {.column = {.name = rows.text(0), .affinity = affinity_of(type), .generated = rows.integer(3) >= 2},
         .type = type,
         .in_pk = rows.integer(2) > 0});
  }
  return columns;
}

std::vector<std::string> table_names(Connection& connection) {
  std::vector<std::string> names;
  Statement rows = connection.prepare(sql("table_names"));
  while (rows.step()) names.push_back(rows.text(0));
  return names;
}

/// "table", "view", "virtual", "shadow", or nothing when there is none of this name.
std::optional<std::string> kind_of(Connection& connection, const std::string& table) {
  Statement row = connection.prepare(sql("table_kind"));
  row.bind(1, table);
  if (!row.step()) return std::nullopt;
  return row.text(0);
}

/// The primary key column; a sentence in `problems` when the table has none that can serve as a native id.
std::string primary_key(const std::string& table, const std::vector<Declared>& columns,
                        std::vector<std::string>& problems) {
  std::vector<const Declared*> pk;
  for (const Declared& column : columns)
    if (column.in_pk) pk.push_back(&column);
  if (pk.size() != 1) {
    problems.push_back("table '" + table + "' has " +
                       (pk.empty() ? "no primary key" : "a primary key of several columns") +
                       "; a table is synchronised by one column, such as id INTEGER PRIMARY KEY");
    return {};
  }
  const Affinity affinity = pk[0]->column.affinity;
  if (affinity == Affinity::kNone || affinity == Affinity::kReal)
    problems.push_back("table '" + table + "' has a primary key '" + pk[0]->column.name +
                       "' that is declared neither as a whole number nor as text; declare it INTEGER or TEXT");
  return pk[0]->column.name;
}

}  // namespace

std::optional<Table> read_table(localdb::Connection& connection, const std::string& name, const TableMapping& mapping,
                                std::vector<std::string>& problems) {
  const std::size_t before = problems.size();
  const auto kind = kind_of(connection, name);
  if (kind != "table") {
    problems.push_back(kind ? "'" + name + "' is a " + (*kind == "view" ? "view" : *kind + " table") +
                                  ", on which changes cannot be captured; map a table"
                            : "there is no table '" + name + "'" + did_you_mean(name, table_names(connection)));
    return std::nullopt;
  }
  const std::vector<Declared> declared = declared_columns(connection, name);
  Table table{
      .name = name, .pk = primary_key(name, declared, problems), .key = mapping.key, .names = {}, .columns = {}};
  for (const std::string& wanted : mapping.columns) {
    const auto found =
        std::find_if(declared.begin(), declared.end(), [&](const auto& d) { return d.column.name == wanted; });
    if (found == declared.end()) {
      std::vector<std::string> names;
      for (const Declared& column : declared) names.push_back(column.column.name);
      problems.push_back("table '" + name + "' has no column '" + wanted + "'" + did_you_mean(wanted, names));
    } else if (found->type.find("BLOB") != std::string::npos || found->type.find("blob") != std::string::npos) {
      problems.push_back("column '" + wanted + "' of table '" + name +
                         "' is a blob, which JSON cannot hold; take it out of the "
                         "mapping, or map a column with its text, such as one generated as hex(" +
                         wanted + ")");
    } else {
      table.names.push_back(wanted);
      table.columns.push_back(found->column);
    }
  }
  if (problems.size() != before) return std::nullopt;
  return table;
}

}  // namespace localdb::sqlite
