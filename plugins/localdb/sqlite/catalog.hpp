#pragma once

#include "plugins/localdb/settings.hpp"
#include "plugins/localdb/sqlite/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace localdb::sqlite {

/// SQLite's type affinity of a column: what it makes of a value that it is given.
enum class Affinity : std::uint8_t { kNone, kText, kNumeric, kInteger, kReal };

struct Column {
  std::string name;
  Affinity affinity = Affinity::kNone;
  bool generated = false;  // computed by SQLite: it can be read only
};

/// A mapped table as the database really has it.
struct Table {
  std::string name;
  std::string pk;                  // its one primary key column
  std::string key;                 // as in TableMapping
  std::vector<std::string> names;  // of the mapped columns, sorted
  std::vector<Column> columns;     // the same columns, same order

  /// The place of column `column` in `names`.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const;
};

/// Looks `name` up in the database and compares it with its mapping. What does not fit is appended to `problems`, one
/// sentence each, with the nearest name where one is unknown; then there is no Table.
[[nodiscard]] std::optional<Table> read_table(Connection& connection, const std::string& name,
                                              const TableMapping& mapping, std::vector<std::string>& problems);

}  // namespace localdb::sqlite
