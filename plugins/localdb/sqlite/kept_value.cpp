#include "plugins/localdb/sqlite/kept_value.hpp"

#include "plugins/localdb/assignments.hpp"

#include <cstdlib>
#include <stdexcept>

namespace localdb::sqlite {

Value kept_value(const Column& column, const Value& value) {
  const auto* digits = std::get_if<Digits>(&value);
  if (digits == nullptr || column.affinity == Affinity::kText) return value;
  if (digits->text.find_first_of(".eE") == std::string::npos)
    throw std::invalid_argument("column '" + column.name + "' cannot hold an integer beyond 64 bits");
  return std::strtod(digits->text.c_str(), nullptr);
}

Value key_to_be(const Table& table, const Body& body) {
  const Value* pk = find_member(body, table.pk);
  const auto place = table.find(table.pk);
  if (pk == nullptr || !place) return Null{};
  const bool kept = std::holds_alternative<std::int64_t>(*pk) || table.columns[*place].affinity == Affinity::kText;
  return kept ? *pk : Null{};
}

}  // namespace localdb::sqlite
