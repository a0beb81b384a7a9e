#pragma once

#include "plugins/localdb/database.hpp"
#include "plugins/localdb/settings.hpp"
#include "plugins/localdb/table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace localdb::sqlite {

/// See Engine::read_table.
[[nodiscard]] std::optional<Table> read_table(localdb::Connection& connection, const std::string& name,
                                              const TableMapping& mapping, std::vector<std::string>& problems);

}  // namespace localdb::sqlite
