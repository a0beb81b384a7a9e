#include "plugins/localdb/table.hpp"

#include <algorithm>

namespace localdb {

std::optional<std::size_t> Table::find(std::string_view column) const {
  const auto place = std::lower_bound(names.begin(), names.end(), column);
  if (place == names.end() || *place != column) return std::nullopt;
  return static_cast<std::size_t>(place - names.begin());
}

}  // namespace localdb
