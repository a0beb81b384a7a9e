#include "plugins/localdb/sqlite/capture.hpp"

#include "plugins/localdb/sqlite/statements.hpp"
#include "plugins/localdb/sqlite/table_sql.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace localdb::sqlite {

namespace {

constexpr std::string_view kTriggerKinds[] = {"insert", "update", "move", "delete"};

/// Tables and triggers of this plugin in the file: name to the text that made them.
struct Installed {
  std::map<std::string, std::string> tables;
  std::map<std::string, std::string> triggers;
};

Installed installed(Connection& connection) {
  Installed found;
  Statement rows = connection.prepare(sql("own_objects"));
  while (rows.step()) (rows.text(0) == "table" ? found.tables : found.triggers)[rows.text(1)] = rows.text(2);
  return found;
}

/// The triggers of one table: name to the text that makes them.
std::map<std::string, std::string> wanted_triggers(const Table& table) {
  const TableSql table_sql(table);
  std::map<std::string, std::string> wanted;
  for (const std::string_view kind : kTriggerKinds)
    wanted[trigger_name(kind, table.name)] = table_sql.render(std::string(kind) + "_trigger");
  return wanted;
}

bool triggers_in_place(const Installed& found, const Table& table) {
  const auto wanted = wanted_triggers(table);
  return std::all_of(wanted.begin(), wanted.end(), [&found](const auto& trigger) {
    const auto there = found.triggers.find(trigger.first);
    return there != found.triggers.end() && there->second == trigger.second;
  });
}

/// The columns that the table's outbox does not have yet.
std::vector<std::string> missing_columns(Connection& connection, const Table& table) {
  std::set<std::string> there;
  Statement rows = connection.prepare(sql("table_columns"));
  rows.bind(1, outbox_name(table.name));
  while (rows.step()) there.insert(rows.text(0));
  std::vector<std::string> missing;
  for (const std::string& name : table.names)
    if (!there.contains(outbox_column(name))) missing.push_back(name);
  return missing;
}

void plan_table(Connection& connection, const Installed& found, const Table& table, std::vector<std::string>& plan) {
  const TableSql table_sql(table);
  const bool has_outbox = found.tables.contains(outbox_name(table.name));
  if (!has_outbox) {
    plan.push_back(table_sql.render("outbox"));
    plan.push_back(table_sql.render("outbox_start"));
  } else {
    for (const std::string& column : missing_columns(connection, table))
      plan.push_back(table_sql.render("outbox_column", "column", quoted(outbox_column(column))));
  }
  if (triggers_in_place(found, table)) return;
  for (const auto& [name, text] : wanted_triggers(table)) {
    if (found.triggers.contains(name)) plan.push_back(table_sql.render("drop_trigger", "trigger", quoted(name)));
    plan.push_back(text);
  }
  if (has_outbox) plan.push_back(table_sql.render("outbox_gap"));
}

/// What is there for tables that are not captured any more.
void plan_removal(const Installed& found, const std::vector<Table>& tables, std::vector<std::string>& plan) {
  std::set<std::string> wanted;
  for (const Table& table : tables) {
    wanted.insert(outbox_name(table.name));
    for (const std::string_view kind : kTriggerKinds) wanted.insert(trigger_name(kind, table.name));
  }
  const TableSql nameless{Table{}};
  for (const auto& [name, text] : found.triggers)
    if (!wanted.contains(name)) plan.push_back(nameless.render("drop_trigger", "trigger", quoted(name)));
  for (const auto& [name, text] : found.tables)
    if (name.starts_with(outbox_name("")) && !wanted.contains(name))
      plan.push_back(nameless.render("drop_table", "outbox", quoted(name)));
}

}  // namespace

std::vector<std::string> capture_plan(Connection& connection, const std::vector<Table>& tables) {
  const Installed found = installed(connection);
  std::vector<std::string> plan;
  for (const auto& [name, statement] :
       {std::pair{"syncline_inbound_mark", "inbound_mark"}, {"syncline_pushed", "pushed"}})
    if (!found.tables.contains(name)) plan.emplace_back(sql(statement));
  for (const Table& table : tables) plan_table(connection, found, table, plan);
  plan_removal(found, tables, plan);
  return plan;
}

bool is_captured(Connection& connection, const Table& table) {
  const Installed found = installed(connection);
  return found.tables.contains("syncline_inbound_mark") && found.tables.contains("syncline_pushed") &&
         found.tables.contains(outbox_name(table.name)) && missing_columns(connection, table).empty() &&
         triggers_in_place(found, table);
}

}  // namespace localdb::sqlite
