#include "plugins/localdb/sqlite/table_sql.hpp"

#include "plugins/localdb/sqlite/statements.hpp"

namespace localdb::sqlite {

namespace {

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out += quote;
}

std::string literal(std::string_view text) { return doubled(text, '\''); }

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// Joins what `piece` makes of each name.
template <class Piece>
std::string joined(std::span<const std::string> names, std::string_view separator, Piece piece) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += separator;
    out += piece(name);
  }
  return out;
}

}  // namespace

std::string quoted(std::string_view name) { return doubled(name, '"'); }

std::string outbox_name(std::string_view table) { return "syncline_outbox_" + std::string(table); }

std::string trigger_name(std::string_view kind, std::string_view table) {
  return "syncline_" + std::string(kind) + '_' + std::string(table);
}

std::string outbox_column(std::string_view column) { return "c_" + std::string(column); }

TableSql::TableSql(const Table& table) {
  const std::span<const std::string> names = table.names;
  // The comparison is by bytes, whatever the column's own collation: a change of case is a change.
  const auto changed = [](const std::string& name) {
    return "old." + quoted(name) + " COLLATE BINARY IS NOT new." + quoted(name);
  };
  places_ = {
      {"table", quoted(table.name)},
      {"table_text", literal(table.name)},
      {"pk", quoted(table.pk)},
      {"key", quoted(table.key)},
      {"outbox", quoted(outbox_name(table.name))},
      {"outbox_text", literal(outbox_name(table.name))},
      {"insert_trigger", quoted(trigger_name("insert", table.name))},
      {"update_trigger", quoted(trigger_name("update", table.name))},
      {"move_trigger", quoted(trigger_name("move", table.name))},
      {"delete_trigger", quoted(trigger_name("delete", table.name))},
      {"columns", joined(names, ", ", [](const auto& name) { return quoted(name); })},
      {"outbox_columns", joined(names, ", ", [](const auto& name) { return quoted(outbox_column(name)); })},
      {"new_values", joined(names, ", ", [](const auto& name) { return "new." + quoted(name); })},
      {"old_values", joined(names, ", ", [](const auto& name) { return "old." + quoted(name); })},
      {"all_names", literal('[' + joined(names, ",", json_string) + ']')},
      {"any_changed", joined(names, "\n  OR ", changed)},
      {"changed_names", "'[' || substr(" +
                            joined(names, "\n    || ",
                                   [&](const auto& name) {
                                     return "CASE WHEN " + changed(name) + " THEN " + literal(',' + json_string(name)) +
                                            " ELSE '' END";
                                   }) +
                            ", 2) || ']'"},
  };
}

std::string TableSql::fill(std::string_view text, const Places& places, const Places& more) {
  std::string out;
  for (std::size_t open = 0; (open = text.find("{{")) != std::string_view::npos;) {
    const std::size_t close = text.find("}}", open);
    const std::string_view place = text.substr(open + 2, close - open - 2);
    const auto own = more.find(place);
    out.append(text.substr(0, open)).append(own != more.end() ? own->second : places.at(std::string(place)));
    text.remove_prefix(close + 2);
  }
  return out.append(text);
}

const std::string& TableSql::render(std::string_view name) const {
  if (const auto known = rendered_.find(name); known != rendered_.end()) return known->second;
  return rendered_.emplace(name, fill(sql(name), places_, {})).first->second;
}

std::string TableSql::render(std::string_view name, std::string_view place, std::string text) const {
  return fill(sql(name), places_, {{std::string(place), std::move(text)}});
}

std::string TableSql::insert(std::span<const std::string> written) const {
  std::string parameters;
  for (std::size_t i = 1; i <= written.size(); ++i) parameters += (i == 1 ? "?" : ", ?") + std::to_string(i);
  return fill(
      sql("insert"), places_,
      {{"written", joined(written, ", ", [](const auto& name) { return quoted(name); })}, {"parameters", parameters}});
}

std::string TableSql::update(std::span<const std::string> written) const {
  std::size_t number = 0;
  const auto assignment = [&number](const auto& name) { return quoted(name) + " = ?" + std::to_string(++number); };
  const std::string assignments = joined(written, ", ", assignment);
  return fill(sql("update"), places_, {{"assignments", assignments}, {"parameter_count", std::to_string(number + 1)}});
}

}  // namespace localdb::sqlite
