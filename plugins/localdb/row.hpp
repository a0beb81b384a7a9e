#pragma once

#include "plugins/localdb/value.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace localdb {

/// A row as the hub sees it: its primary key, and its mapped columns in the order of the table's names.
struct Row {
  Value pk;
  std::vector<Value> values;
};

/// The native id that stands for a primary key: its text. Nothing for a key that cannot be one: null, a real number, a
/// blob, text that is no UTF-8, empty or longer than 1,024 bytes.
[[nodiscard]] std::optional<std::string> native_id(const Value& pk);

/// A body with the columns that `chosen` marks. Names of columns whose value JSON cannot hold are appended to
/// `left_out` instead. `names`, `values` and `chosen` have one length.
[[nodiscard]] std::string body_of(std::span<const std::string> names, std::span<const Value> values,
                                  const std::vector<bool>& chosen, std::vector<std::string>& left_out);

/// A JSON array of the names that `chosen` marks.
[[nodiscard]] std::string names_of(std::span<const std::string> names, const std::vector<bool>& chosen);

}  // namespace localdb
