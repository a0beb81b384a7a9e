#pragma once

#include "plugins/localdb/table.hpp"
#include "plugins/localdb/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace localdb::postgresql {

/// What a column of a result holds, by the type's number, its modifier and its text.
[[nodiscard]] Value held_value(unsigned type, int modifier, std::string_view text);

/// A parameter's text; nothing for null. Throws SqlError for what no text of PostgreSQL can hold.
[[nodiscard]] std::optional<std::string> parameter(const Value& value);

}  // namespace localdb::postgresql
