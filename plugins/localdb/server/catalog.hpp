#pragma once

#include "plugins/localdb/database.hpp"
#include "plugins/localdb/settings.hpp"
#include "plugins/localdb/table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace localdb::server {

/// A column as the server's catalogue has it.
struct Declared {
  Column column;
  bool in_pk = false;
  bool blob = false;        // JSON cannot hold it
  bool can_be_key = false;  // a whole number, a text or a UUID
};

/// Puts together what the mapping wants of table `table`, whose columns are `declared`; `table` has its names. See
/// Engine::read_table.
[[nodiscard]] std::optional<Table> mapped_table(Table table, const TableMapping& mapping,
                                                const std::vector<Declared>& declared,
                                                std::vector<std::string>& problems);

/// The names that the statement `text` gives.
[[nodiscard]] std::vector<std::string> names_from(Connection& connection, const std::string& text);

/// The decimal digits of a 64-bit integer, written as the server writes them.
[[nodiscard]] bool is_integer(std::string_view text);

}  // namespace localdb::server
