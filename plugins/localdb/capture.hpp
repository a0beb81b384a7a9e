#pragma once

#include "plugins/localdb/database.hpp"
#include "plugins/localdb/dialect.hpp"

#include <string>
#include <vector>

namespace localdb {

/// The statements, in order and without semicolon, that turn what is installed in the database into what capturing
/// exactly `tables` takes: marks, outboxes and triggers made or brought up to date, those of other tables removed.
/// Empty when all is in place. Where a table's triggers are new, its outbox gets a gap: the next pull reads the table
/// again.
[[nodiscard]] std::vector<std::string> capture_plan(Connection& connection, const Dialect& dialect,
                                                    const std::vector<Table>& tables);

/// Whether `table` is captured as its mapping wants it now.
[[nodiscard]] bool is_captured(Connection& connection, const Dialect& dialect, const Table& table);

}  // namespace localdb
