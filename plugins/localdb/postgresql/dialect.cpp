#include "plugins/localdb/postgresql/dialect.hpp"

#include <algorithm>
#include <array>

namespace localdb::postgresql {

namespace {

constexpr std::array<std::string_view, 4> kTexts{"text", "varchar", "bpchar", "name"};
/// Types whose own comparison tells all that their text tells.
constexpr std::array<std::string_view, 14> kPlain{"int2",      "int4",        "int8", "bool", "float4",
                                                  "float8",    "numeric",     "date", "time", "timetz",
                                                  "timestamp", "timestamptz", "uuid", "oid"};

template <std::size_t kCount>
bool is_one_of(const std::array<std::string_view, kCount>& types, const std::string& type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// A parameter is cast to it: the type without a length, to which a cast would cut.
std::string cast_type(const Column& column) {
  return column.base_type == "varchar" || column.base_type == "bpchar" ? "text" : column.type;
}

}  // namespace

std::string Dialect::qualified(const Table& table) const { return quoted(table.schema) + '.' + quoted(table.relation); }

std::string Dialect::own(std::string_view name) const { return "syncline." + quoted(name); }

std::string Dialect::changed(const Column& column) const {
  const std::string name = quoted(column.name);
  const std::string as = is_one_of(kTexts, column.base_type)   ? " COLLATE \"C\""
                         : is_one_of(kPlain, column.base_type) ? ""
                                                               : "::text";
  return "OLD." + name + as + " IS DISTINCT FROM NEW." + name + as;
}

void Dialect::add_places(const Table& table, Places& places) const {
  places["changed_names"] = "'[' || substr(" + places["changed_names"] + ", 2) || ']'";
  places["row_columns"] = joined(table.names, ", ", [&](const auto& name) { return "r." + quoted(name); });
  places["pk_changed"] = changed(table.pk_column);
  places["pk_type"] = cast_type(table.pk_column);
  const auto key = table.find(table.key);
  places["key_type"] = key ? cast_type(table.columns[*key]) : "text";
  places["old_key"] = key ? "OLD." + quoted(table.key) : "NULL";
  places["old_rows_key"] = key ? "old_rows." + quoted(table.key) : "NULL";
  // Only what the hub writes itself is its own: what that causes, by a cascade or another trigger, is not. A setting
  // that was never set is null, and the empty string once a session has set it.
  places["not_inbound"] = "current_setting('syncline.inbound', true) IS DISTINCT FROM " + literal(table.name) +
                          " OR pg_trigger_depth() > 0";
  for (const std::string_view kind : triggers())
    places[std::string(kind) + "_function"] = own(trigger_name(*this, kind, table.name));
}

std::span<const std::string_view> Dialect::triggers() const {
  static constexpr std::string_view kTriggers[] = {"insert", "update", "delete", "truncate"};
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
  static constexpr std::string_view kSteps[] = {"number"};
  return kSteps;
}

Dialect::Taken Dialect::taken(const Column& column, const std::string& member) const {
  // A document travels as its text; taken as JSON it would become one string.
  const bool document = column.base_type == "json" || column.base_type == "jsonb";
  if (document) return {member + " text", "i." + member + "::" + column.type};
  return {member + ' ' + column.type, "i." + member};
}

}  // namespace localdb::postgresql
