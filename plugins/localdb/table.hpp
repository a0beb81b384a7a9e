#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace localdb {

/// SQLite's type affinity of a column: what it makes of a value that it is given.
enum class Affinity : std::uint8_t { kNone, kText, kNumeric, kInteger, kReal };

struct Column {
  std::string name;
  std::string type{};                   // as the database spells it, with its length
  std::string base_type{};              // the same without: PostgreSQL int4, MariaDB varchar
  std::string collation{};              // MariaDB: of a text column
  Affinity affinity = Affinity::kNone;  // SQLite
  bool generated = false;               // computed by the database: it can be read only
};

/// A mapped table as the database really has it.
struct Table {
  std::string name{};                // as the mapping names it
  std::string schema{};              // PostgreSQL: where it lies, and
  std::string relation{};            // what it is called there
  std::string pk{};                  // its one primary key column
  Column pk_column{};                // the same with its type
  std::string key{};                 // as in TableMapping
  std::vector<std::string> names{};  // of the mapped columns, sorted
  std::vector<Column> columns{};     // the same columns, same order

  /// The place of column `column` in `names`.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const;
};

}  // namespace localdb
