#include "plugins/localdb/sqlite/dialect.hpp"

namespace localdb::sqlite {

std::string Dialect::changed(const Column& column) const {
  return "old." + quoted(column.name) + " COLLATE BINARY IS NOT new." + quoted(column.name);
}

void Dialect::add_places(const Table& table, Places& places) const {
  const auto each = [&](std::string_view prefix) {
    return joined(table.names, ", ", [&](const auto& name) { return std::string(prefix) + quoted(name); });
  };
  places["new_values"] = each("new.");
  places["old_values"] = each("old.");
  places["outbox_columns"] = joined(table.names, ", ", [&](const auto& name) { return quoted(outbox_column(name)); });
  places["changed_names"] = "'[' || substr(" + places["changed_names"] + ", 2) || ']'";
}

std::span<const std::string_view> Dialect::triggers() const {
  static constexpr std::string_view kTriggers[] = {"insert", "update", "move", "delete"};
  return kTriggers;
}

std::span<const Dialect::Object> Dialect::objects() const {
  static constexpr Object kObjects[] = {{"syncline_inbound_mark", "inbound_mark"}, {"syncline_pushed", "pushed"}};
  return kObjects;
}

std::span<const std::string_view> Dialect::outbox_statements() const {
  static constexpr std::string_view kStatements[] = {"outbox", "outbox_start"};
  return kStatements;
}

}  // namespace localdb::sqlite
