#include "plugins/localdb/server/catalog.hpp"

#include "plugins/localdb/nearest.hpp"

#include <algorithm>
#include <charconv>

namespace localdb::server {

std::optional<Table> mapped_table(Table table, const TableMapping& mapping, const std::vector<Declared>& declared,
                                  std::vector<std::string>& problems) {
  const std::size_t before = problems.size();
  const std::string which = "table '" + table.name + "'";
  table.key = mapping.key;
  const auto in_pk = std::count_if(declared.begin(), declared.end(), [](const Declared& d) { return d.in_pk; });
  const auto pk = std::find_if(declared.begin(), declared.end(), [](const Declared& d) { return d.in_pk; });
  if (in_pk != 1) {
    problems.push_back(which + " has " + (in_pk == 0 ? "no primary key" : "a primary key of several columns") +
                       "; a table is synchronised by one column, such as id BIGINT PRIMARY KEY");
  } else if (!pk->can_be_key) {
    problems.push_back(which + " has a primary key '" + pk->column.name + "' of type " + pk->column.type +
                       "; it must be a whole number, a text or a UUID");
  } else {
    table.pk = pk->column.name;
    table.pk_column = pk->column;
  }
  for (const std::string& wanted : mapping.columns) {
    const auto found =
        std::find_if(declared.begin(), declared.end(), [&](const Declared& d) { return d.column.name == wanted; });
    if (found == declared.end()) {
      std::vector<std::string> names;
      for (const Declared& column : declared) names.push_back(column.column.name);
      problems.push_back(which + " has no column '" + wanted + "'" + did_you_mean(wanted, names));
    } else if (found->blob) {
      problems.push_back("column '" + wanted + "' of " + which +
                         " is a blob, which JSON cannot hold; take it out of the " +
                         "mapping, or map a column with its text");
    } else {
      table.names.push_back(wanted);
      table.columns.push_back(found->column);
    }
  }
  if (problems.size() != before) return std::nullopt;
  return table;
}

std::vector<std::string> names_from(Connection& connection, const std::string& text) {
  std::vector<std::string> names;
  Statement rows = connection.prepare(text);
  while (rows.step()) names.push_back(rows.text(0));
  return names;
}

bool is_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && std::to_string(number) == text;
}

}  // namespace localdb::server
