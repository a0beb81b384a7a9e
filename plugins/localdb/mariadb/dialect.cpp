#include "plugins/localdb/mariadb/dialect.hpp"

namespace localdb::mariadb {

namespace {

/// `value`, a text, as a comparison with `column` must have it: of its type and collation, or no index is used.
std::string compared(const Column& column, const std::string& value) {
  if (column.collation.empty())
    return "CAST(" + value + " AS " + (column.type.find("unsigned") == std::string::npos ? "SIGNED" : "UNSIGNED") + ")";
  const std::string charset = column.collation.substr(0, column.collation.find('_'));
  return "CONVERT(" + value + " USING " + charset + ") COLLATE " + column.collation;
}

}  // namespace

std::string Dialect::quoted(std::string_view name) const {
  std::string out = "`";
  for (const char c : name) out.append(c == '`' ? 2 : 1, c);
  return out += '`';
}

std::string Dialect::literal(std::string_view text) const {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' || c == '\\' ? 2 : 1, c);
  return out += '\'';
}

std::string Dialect::changed(const Column& column) const {
  const std::string as = column.collation.empty() ? "" : "BINARY ";
  return "NOT (" + as + "OLD." + quoted(column.name) + " <=> " + as + "NEW." + quoted(column.name) + ")";
}

std::string Dialect::concatenated(const std::vector<std::string>& pieces) const {
  std::string out;
  for (const std::string& piece : pieces) out += (out.empty() ? "" : ",\n      ") + piece;
  return "CONCAT(" + out + ")";
}

void Dialect::add_places(const Table& table, Places& places) const {
  places["changed_names"] = "CONCAT('[', SUBSTR(" + places["changed_names"] + ", 2), ']')";
  places["row_columns"] = joined(table.names, ", ", [&](const auto& name) { return "r." + quoted(name); });
  places["pk_changed"] = changed(table.pk_column);
  const auto key = table.find(table.key);
  places["old_key"] = key ? "OLD." + quoted(table.key) : "NULL";
  places["after"] = compared(table.pk_column, "?");
  places["key_is"] = key ? compared(table.columns[*key], "i.k") : "i.k";
  places["pk_is"] = compared(table.pk_column, "i.k");
  places["outbox_pk_is"] = compared(table.pk_column, "o.pk");
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

std::span<const std::string_view> Dialect::numbering() const {
  static constexpr std::string_view kSteps[] = {"number_lock", "number", "number_remove", "number_count"};
  return kSteps;
}

Dialect::Taken Dialect::taken(const Column&, const std::string& member) const {
  // As text: the column makes of it what it makes of any text, and refuses what it cannot hold.
  return {member + " LONGTEXT PATH '$." + member + "'", "i." + member};
}

std::string Dialect::script(const std::vector<std::string>& statements) const {
  if (statements.empty()) return {};
  std::string text = "DELIMITER //\n\n";
  for (const std::string& statement : statements) text += statement + " //\n\n";
  return text += "DELIMITER ;\n";
}

}  // namespace localdb::mariadb
