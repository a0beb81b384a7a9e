#pragma once

#include "plugins/localdb/table.hpp"
#include "plugins/localdb/value.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace localdb {

/// What an insert or update of a row writes: columns, and what is bound for each.
struct Assignments {
  std::vector<std::string> names;
  std::vector<Value> values;
};

/// What is bound for a value so that the column keeps it exactly. Throws std::invalid_argument when it would change it.
using ForColumn = Value (*)(const Column& column, const Value& value);

/// The assignments that `body` asks for. Throws std::invalid_argument for a column that is not mapped or computed, and
/// what `for_column` throws.
[[nodiscard]] Assignments assignments(const Table& table, const Body& body, ForColumn for_column);

/// Marks what an update wrote or caused: the columns that `body` names, and those that differ from what was before.
/// Another column may hold an edit that the hub has yet to pull: to tell of it would make that edit look like something
/// known.
[[nodiscard]] std::vector<bool> written_or_caused(const Table& table, const Body& body, std::span<const Value> before,
                                                  std::span<const Value> after);

/// The value that `body` has for `name`, or null.
[[nodiscard]] const Value* find_member(const Body& body, std::string_view name);

}  // namespace localdb
