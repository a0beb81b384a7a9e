#include "plugins/localdb/postgresql/engine.hpp"

#include "plugins/localdb/nearest.hpp"
#include "plugins/localdb/postgresql/connection.hpp"
#include "plugins/localdb/server/catalog.hpp"
#include "plugins/localdb/server/pusher.hpp"

#include <syncline/source.hpp>

#include <algorithm>

namespace localdb::postgresql {

namespace {

bool is_whole(std::string_view type) { return type == "int2" || type == "int4" || type == "int8"; }

bool is_uuid(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::string_view("0123456789abcdef").find(text[i]) == std::string_view::npos)
      return false;
  }
  return text.size() == 36;
}

bool can_be_key(const Column& column, std::string_view text) {
  if (is_whole(column.base_type)) return server::is_integer(text);
  if (column.base_type == "uuid") return is_uuid(text);
  return true;
}

std::string kind_of(std::string_view relkind) {
  if (relkind == "p") return "partitioned table";
  if (relkind == "f") return "foreign table";
  return relkind == "m" ? "materialized view" : "view";
}

}  // namespace

std::unique_ptr<localdb::Connection> Engine::connect(const syncline::Call& call) const {
  return std::make_unique<Connection>(settings_.address, settings_.busy_timeout, call.budget());
}

std::optional<Table> Engine::read_table(localdb::Connection& connection, const std::string& name,
                                        const TableMapping& mapping, std::vector<std::string>& problems) const {
  Table table{.name = name};
  {
    Statement row = connection.prepare(dialect_.sql("table_kind"));
    row.bind(1, name);
    if (!row.step()) {
      problems.push_back("there is no table '" + name + "'" +
                         did_you_mean(name, server::names_from(connection, dialect_.sql("table_names"))));
      return std::nullopt;
    }
    if (row.text(2) != "r") {
      problems.push_back("'" + name + "' is a " + kind_of(row.text(2)) +
                         ", on which changes cannot be captured; map a table");
      return std::nullopt;
    }
    table.schema = row.text(0);
    table.relation = row.text(1);
  }
  std::vector<server::Declared> declared;
  Statement rows = connection.prepare(dialect_.sql("table_columns"));
  rows.bind(1, table.schema).bind(2, table.relation);
  while (rows.step()) {
    const std::string type = rows.text(4);
    const bool text = type == "text" || type == "varchar" || type == "bpchar" || type == "citext" || type == "uuid";
    declared.push_back(
        {.column = {.name = rows.text(0), .type = rows.text(1), .base_type = type, .generated = rows.integer(2) != 0},
         .in_pk = rows.integer(3) != 0,
         .blob = type == "bytea",
         .can_be_key = is_whole(type) || text});
  }
  return server::mapped_table(std::move(table), mapping, declared, problems);
}

std::vector<syncline::Result> Engine::push(const Pushing& pushing, std::span<const syncline::PushItem> items) const {
  const ForColumn as_it_is = [](const Column&, const Value& value) { return value; };
  return server::Pusher(pushing, as_it_is, &can_be_key).push(items);
}

}  // namespace localdb::postgresql
