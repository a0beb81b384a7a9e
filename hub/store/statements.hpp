#pragma once

#include "hub/store/location.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A statement's parameter or column: its name in the SQL and its type.
struct SqlColumn {
  std::string name;
  bool integer = false;  // else text
};

/// A statement of the files under sql/queries. Each begins with its signature in comments:
///   -- name: load_record
///   -- in: entity text, external_id text
///   -- out: version int
/// and ends before the next name or the end of the file.
struct NamedStatement {
  std::string name;
  std::string sql;  // without comments
  std::vector<SqlColumn> in;
  std::vector<SqlColumn> out;
};

/// A table with its columns in order.
struct Table {
  std::string name;
  std::vector<SqlColumn> columns;
};

/// The statements for a dialect: those of sql/queries, which every database understands, and those of its own folder
/// there. Parsed once. Throws std::logic_error for a bad signature or a name given twice.
[[nodiscard]] const std::vector<NamedStatement>& named_statements(Dialect dialect);

/// The statement called `name`; throws std::logic_error when there is none.
[[nodiscard]] const NamedStatement& named_statement(Dialect dialect, std::string_view name);

/// Splits an SQL script into its statements, comments dropped. String literals are kept whole.
[[nodiscard]] std::vector<std::string> split_script(std::string_view script);

/// A migration: brings a store to schema `version`.
struct Migration {
  int version = 0;
  std::string name;
  std::vector<std::string> statements;
};

/// The embedded migrations for a dialect by version, 1 first, without a gap.
[[nodiscard]] const std::vector<Migration>& migrations(Dialect dialect);

}  // namespace hub::store
