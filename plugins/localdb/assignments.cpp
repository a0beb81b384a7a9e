#include "plugins/localdb/assignments.hpp"

#include "plugins/localdb/nearest.hpp"

#include <algorithm>
#include <stdexcept>

namespace localdb {

Assignments assignments(const Table& table, const Body& body, ForColumn for_column) {
  Assignments written;
  for (const auto& [name, value] : body) {
    const auto place = table.find(name);
    if (!place) throw std::invalid_argument("column '" + name + "' is not mapped" + did_you_mean(name, table.names));
    const Column& column = table.columns[*place];
    if (column.generated)
      throw std::invalid_argument("column '" + name + "' is computed by the database; map it with `direction: pull`");
    written.names.push_back(name);
    written.values.push_back(for_column(column, value));
  }
  return written;
}

std::vector<bool> written_or_caused(const Table& table, const Body& body, std::span<const Value> before,
                                    std::span<const Value> after) {
  std::vector<bool> marks(table.names.size());
  for (std::size_t i = 0; i < marks.size(); ++i)
    marks[i] = find_member(body, table.names[i]) != nullptr || before[i] != after[i];
  return marks;
}

const Value* find_member(const Body& body, std::string_view name) {
  const auto found =
      std::find_if(body.begin(), body.end(), [name](const auto& member) { return member.first == name; });
  return found == body.end() ? nullptr : &found->second;
}

}  // namespace localdb
