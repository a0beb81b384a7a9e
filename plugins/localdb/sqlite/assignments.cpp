#include "plugins/localdb/sqlite/assignments.hpp"

#include "plugins/localdb/nearest.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace localdb::sqlite {

namespace {

Value for_column(const Column& column, const Value& value) {
  const auto* digits = std::get_if<Digits>(&value);
  if (digits == nullptr || column.affinity == Affinity::kText) return value;
  if (digits->text.find_first_of(".eE") == std::string::npos)
    throw std::invalid_argument("column '" + column.name + "' cannot hold an integer beyond 64 bits");
  return std::strtod(digits->text.c_str(), nullptr);
}

}  // namespace

Assignments assignments(const Table& table, const Body& body) {
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

const Value* find_member(const Body& body, std::string_view name) {
  const auto found =
      std::find_if(body.begin(), body.end(), [name](const auto& member) { return member.first == name; });
  return found == body.end() ? nullptr : &found->second;
}

Value key_to_be(const Table& table, const Body& body) {
  const Value* pk = find_member(body, table.pk);
  const auto place = table.find(table.pk);
  if (pk == nullptr || !place) return Null{};
  const bool kept = std::holds_alternative<std::int64_t>(*pk) || table.columns[*place].affinity == Affinity::kText;
  return kept ? *pk : Null{};
}

}  // namespace localdb::sqlite
