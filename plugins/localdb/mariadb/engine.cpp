#include "plugins/localdb/mariadb/engine.hpp"

#include "plugins/localdb/mariadb/connection.hpp"
#include "plugins/localdb/nearest.hpp"
#include "plugins/localdb/server/catalog.hpp"
#include "plugins/localdb/server/pusher.hpp"

#include <syncline/source.hpp>

#include <algorithm>

namespace localdb::mariadb {

namespace {

bool is_whole(std::string_view type) {
  for (const std::string_view whole : {"tinyint", "smallint", "mediumint", "int", "bigint"})
    if (type == whole) return true;
  return false;
}

bool can_be_key(const Column& column, std::string_view text) {
  return !is_whole(column.base_type) || server::is_integer(text);
}

/// The server takes "2026-01-31 09:30:00" for a time; the session's time zone is UTC.
Value for_column(const Column& column, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || (column.base_type != "datetime" && column.base_type != "timestamp")) return value;
  std::string time = *text;
  if (time.size() < 20 || time[10] != 'T' || time.back() != 'Z') return value;
  time[10] = ' ';
  time.pop_back();
  return time;
}

}  // namespace

std::unique_ptr<localdb::Connection> Engine::connect(const syncline::Call& call) const {
  return std::make_unique<Connection>(settings_.address, settings_.busy_timeout, call.budget());
}

std::optional<Table> Engine::read_table(localdb::Connection& connection, const std::string& name,
                                        const TableMapping& mapping, std::vector<std::string>& problems) const {
  {
    Statement row = connection.prepare(dialect_.sql("table_kind"));
    row.bind(1, name);
    if (!row.step()) {
      problems.push_back("there is no table '" + name + "'" +
                         did_you_mean(name, server::names_from(connection, dialect_.sql("table_names"))));
      return std::nullopt;
    }
    if (row.text(0) != "BASE TABLE") {
      problems.push_back("'" + name + "' is a view, on which changes cannot be captured; map a table");
      return std::nullopt;
    }
    if (row.text(1) != "InnoDB") {
      problems.push_back("table '" + name + "' is kept by " + row.text(1) +
                         ", which has no transactions; ALTER TABLE … ENGINE = InnoDB");
      return std::nullopt;
    }
  }
  std::vector<server::Declared> declared;
  Statement rows = connection.prepare(dialect_.sql("table_columns"));
  rows.bind(1, name);
  while (rows.step()) {
    const std::string type = rows.text(2);
    const std::string collation = rows.text(3);
    const bool binary = type.ends_with("blob") || type.ends_with("binary");
    declared.push_back({.column = {.name = rows.text(0),
                                   .type = rows.text(1),
                                   .base_type = type,
                                   .collation = collation,
                                   .generated = rows.integer(5) != 0},
                        .in_pk = rows.text(4) == "PRI",
                        .blob = binary,
                        .can_be_key = is_whole(type) || !collation.empty()});
  }
  return server::mapped_table({.name = name, .relation = name}, mapping, declared, problems);
}

std::vector<syncline::Result> Engine::push(const Pushing& pushing, std::span<const syncline::PushItem> items) const {
  return server::Pusher(pushing, &for_column, &can_be_key).push(items);
}

}  // namespace localdb::mariadb
