#pragma once

#include "plugins/localdb/sqlite/catalog.hpp"
#include "plugins/localdb/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace localdb::sqlite {

/// What an insert or update of a row writes: columns, and what is bound for each.
struct Assignments {
  std::vector<std::string> names;
  std::vector<Value> values;
};

/// The assignments that `body` asks for, so that every column keeps its value exactly. Throws std::invalid_argument for
/// a column that is not mapped or computed, and for a value that the column would change.
[[nodiscard]] Assignments assignments(const Table& table, const Body& body);

/// The value that `body` has for `name`, or null.
[[nodiscard]] const Value* find_member(const Body& body, std::string_view name);

/// The primary key that a new row will have as the body names it; Null when SQLite or a default makes it, or writes it
/// differently.
[[nodiscard]] Value key_to_be(const Table& table, const Body& body);

}  // namespace localdb::sqlite
