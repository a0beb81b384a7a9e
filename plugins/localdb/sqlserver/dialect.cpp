#include "plugins/localdb/sqlserver/dialect.hpp"

namespace localdb::sqlserver {

std::string Dialect::quoted(std::string_view name) const {
  std::string out = "[";
  for (const char c : name) out.append(c == ']' ? 2 : 1, c);
  return out += ']';
}

std::string Dialect::literal(std::string_view text) const { return 'N' + localdb::Dialect::literal(text); }

std::string Dialect::qualified(const Table& table) const { return quoted(table.schema) + '.' + quoted(table.relation); }

std::string Dialect::own(std::string_view name) const { return "syncline." + quoted(name); }

std::string Dialect::changed(const Column& column) const {
  // EXCEPT takes two nulls for equal. Bytes are compared: text of any collation is equal to itself with spaces behind
  // it.
  const auto value = [&](std::string_view row) {
    const std::string name = std::string(row) + '.' + quoted(column.name);
    return column.collation.empty() ? name : "CAST(" + name + " AS varbinary(max))";
  };
  return "EXISTS (SELECT " + value("o") + " EXCEPT SELECT " + value("n") + ")";
}

std::string Dialect::concatenated(const std::vector<std::string>& pieces) const {
  std::string out;
  for (const std::string& piece : pieces) out += ",\n      " + piece;
  return "CONCAT(N''" + out + ")";
}

void Dialect::add_places(const Table& table, Places& places) const {
  places["changed_names"] = "CONCAT(N'[', STUFF(" + places["changed_names"] + ", 1, 1, N''), N']')";
  places["old_key"] = table.find(table.key) ? "o." + quoted(table.key) : "NULL";
  for (const std::string_view kind : triggers())
    places[std::string(kind) + "_trigger"] = quoted(table.schema) + '.' + places[std::string(kind) + "_trigger"];
}

std::span<const std::string_view> Dialect::triggers() const {
  static constexpr std::string_view kTriggers[] = {"insert", "update", "delete"};
  return kTriggers;
}

std::span<const Dialect::Object> Dialect::objects() const {
  static constexpr Object kObjects[] = {{"syncline_state", "state"}, {"syncline_pushed", "pushed"}};
  return kObjects;
}

std::span<const std::string_view> Dialect::outbox_statements() const {
  static constexpr std::string_view kStatements[] = {"captured", "outbox", "outbox_start"};
  return kStatements;
}

std::string Dialect::script(const std::vector<std::string>& statements) const {
  std::string text;
  for (const std::string& statement : statements) text += statement + ";\nGO\n\n";
  return text;
}

}  // namespace localdb::sqlserver
