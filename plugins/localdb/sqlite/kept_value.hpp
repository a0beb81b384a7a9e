#pragma once

#include "plugins/localdb/table.hpp"
#include "plugins/localdb/value.hpp"

namespace localdb::sqlite {

/// What is bound for `value`, so that the column keeps it exactly. Throws std::invalid_argument when it would change
/// it.
[[nodiscard]] Value kept_value(const Column& column, const Value& value);

/// The primary key that a new row will have as the body names it; Null when SQLite or a default makes it, or writes it
/// differently.
[[nodiscard]] Value key_to_be(const Table& table, const Body& body);

}  // namespace localdb::sqlite
