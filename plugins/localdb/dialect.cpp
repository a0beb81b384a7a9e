#include "plugins/localdb/dialect.hpp"

#include "plugins/localdb/statements.hpp"
#include "plugins/localdb/value.hpp"

namespace localdb {

namespace {

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out += quote;
}

std::string own_name(const Dialect& dialect, std::string_view prefix, std::string_view table) {
  if (prefix.size() + table.size() <= dialect.name_bytes()) return std::string(prefix) + std::string(table);
  return std::string(prefix) + '#' + digest(table);
}

}  // namespace

const std::string& Dialect::sql(std::string_view statement) const { return localdb::sql(name(), statement); }

std::string Dialect::quoted(std::string_view name) const { return doubled(name, '"'); }

std::string Dialect::literal(std::string_view text) const { return doubled(text, '\''); }

std::string Dialect::text_if(const std::string& condition, std::string_view text) const {
  return "CASE WHEN " + condition + " THEN " + literal(text) + " ELSE '' END";
}

std::string Dialect::concatenated(const std::vector<std::string>& pieces) const {
  std::string out;
  for (const std::string& piece : pieces) out += (out.empty() ? "" : "\n    || ") + piece;
  return out;
}

bool Dialect::is_made_by(const std::string& installed, const std::string& text) const {
  // A server keeps a trigger in its own words, but the digest that TableSql has put into its body stays.
  const std::size_t mark = text.find(kDigestMark);
  return mark != std::string::npos &&
         installed.find(text.substr(mark, kDigestMark.size() + kDigestBytes)) != std::string::npos;
}

Dialect::Taken Dialect::taken(const Column& column, const std::string& member) const {
  return {member + ' ' + column.type, "i." + member};
}

std::string Dialect::script(const std::vector<std::string>& statements) const {
  std::string text;
  for (const std::string& statement : statements) text += statement + ";\n\n";
  return text;
}

std::string joined(std::span<const std::string> names, std::string_view separator,
                   const std::function<std::string(const std::string&)>& piece) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += separator;
    out += piece(name);
  }
  return out;
}

std::string outbox_name(const Dialect& dialect, std::string_view table) {
  return own_name(dialect, "syncline_outbox_", table);
}

std::string captured_name(const Dialect& dialect, std::string_view table) {
  return own_name(dialect, "syncline_captured_", table);
}

std::string trigger_name(const Dialect& dialect, std::string_view kind, std::string_view table) {
  return own_name(dialect, "syncline_" + std::string(kind) + '_', table);
}

std::string outbox_column(std::string_view column) { return "c_" + std::string(column); }

}  // namespace localdb
