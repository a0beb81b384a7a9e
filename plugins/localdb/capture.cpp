#include "plugins/localdb/capture.hpp"

#include "plugins/localdb/table_sql.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace localdb {

namespace {

/// Tables and triggers of this plugin in the database.
struct Installed {
  std::set<std::string> tables;
  std::map<std::string, std::string> triggers;  // name to the text that made it
};

Installed installed(Connection& connection, const Dialect& dialect) {
  Installed found;
  Statement rows = connection.prepare(dialect.sql("own_objects"));
  while (rows.step()) {
    if (rows.text(0) == "table") {
      found.tables.insert(rows.text(1));
    } else {
      found.triggers[rows.text(1)] = rows.text(2);
    }
  }
  return found;
}

/// The triggers of one table: name to the text that makes them.
std::map<std::string, std::string> wanted_triggers(const Dialect& dialect, const Table& table) {
  const TableSql table_sql(dialect, table);
  std::map<std::string, std::string> wanted;
  for (const std::string_view kind : dialect.triggers())
    wanted[trigger_name(dialect, kind, table.name)] = table_sql.render_trigger(kind);
  return wanted;
}

bool triggers_in_place(const Dialect& dialect, const Installed& found, const Table& table) {
  const auto wanted = wanted_triggers(dialect, table);
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& trigger) {
    const auto there = found.triggers.find(trigger.first);
    return there != found.triggers.end() && dialect.is_made_by(there->second, trigger.second);
  });
}

/// The columns that the table's outbox does not have yet.
std::vector<std::string> missing_columns(Connection& connection, const Dialect& dialect, const Table& table) {
  if (dialect.reads_rows_as_they_are()) return {};
  std::set<std::string> there;
  Statement rows = connection.prepare(dialect.sql("table_columns"));
  rows.bind(1, outbox_name(dialect, table.name));
  while (rows.step()) there.insert(rows.text(0));
  std::vector<std::string> missing;
  for (const std::string& name : table.names)
    if (!there.contains(outbox_column(name))) missing.push_back(name);
  return missing;
}

/// Whether what the table's changes are kept in is there.
bool has_outbox(const Dialect& dialect, const Installed& found, const Table& table) {
  return found.tables.contains(outbox_name(dialect, table.name)) &&
         (!dialect.reads_rows_as_they_are() || found.tables.contains(captured_name(dialect, table.name)));
}

std::string drop_trigger(const Dialect& dialect, const TableSql& table_sql, const std::string& name) {
  return table_sql.render("drop_trigger", {{"trigger", dialect.own(name)}});
}

void plan_table(Connection& connection, const Dialect& dialect, const Installed& found, const Table& table,
                std::vector<std::string>& plan) {
  const TableSql table_sql(dialect, table);
  const bool kept = has_outbox(dialect, found, table);
  if (!kept) {
    for (const std::string_view statement : dialect.outbox_statements()) plan.push_back(table_sql.render(statement));
  } else {
    for (const std::string& column : missing_columns(connection, dialect, table))
      plan.push_back(table_sql.render("outbox_column", {{"column", dialect.quoted(outbox_column(column))}}));
  }
  if (triggers_in_place(dialect, found, table)) return;
  for (const auto& [name, text] : wanted_triggers(dialect, table)) {
    if (found.triggers.contains(name)) plan.push_back(drop_trigger(dialect, table_sql, name));
    plan.push_back(text);
  }
  if (kept) plan.push_back(table_sql.render("outbox_gap"));
}

/// What is there for tables that are not captured any more.
void plan_removal(const Dialect& dialect, const Installed& found, const std::vector<Table>& tables,
                  std::vector<std::string>& plan) {
  std::set<std::string> wanted;
  for (const Dialect::Object& object : dialect.objects()) wanted.emplace(object.name);
  for (const Table& table : tables) {
    wanted.insert(outbox_name(dialect, table.name));
    wanted.insert(captured_name(dialect, table.name));
    for (const std::string_view kind : dialect.triggers()) wanted.insert(trigger_name(dialect, kind, table.name));
  }
  const TableSql nameless(dialect, Table{});
  for (const auto& [name, text] : found.triggers)
    if (!wanted.contains(name)) plan.push_back(drop_trigger(dialect, nameless, name));
  const auto is_a_tables = [&](const std::string& name) {
    return name.starts_with(outbox_name(dialect, "")) || name.starts_with(captured_name(dialect, ""));
  };
  for (const std::string& name : found.tables)
    if (is_a_tables(name) && !wanted.contains(name))
      plan.push_back(nameless.render("drop_table", {{"outbox", dialect.own(name)}}));
}

}  // namespace

std::vector<std::string> capture_plan(Connection& connection, const Dialect& dialect,
                                      const std::vector<Table>& tables) {
  const Installed found = installed(connection, dialect);
  std::vector<std::string> plan;
  for (const auto& [name, statement] : dialect.objects())
    if (!found.tables.contains(std::string(name))) plan.push_back(dialect.sql(statement));
  for (const Table& table : tables) plan_table(connection, dialect, found, table, plan);
  plan_removal(dialect, found, tables, plan);
  return plan;
}

bool is_captured(Connection& connection, const Dialect& dialect, const Table& table) {
  const Installed found = installed(connection, dialect);
  const auto objects = dialect.objects();
  return std::all_of(objects.begin(), objects.end(),
                     [&](const auto& object) { return found.tables.contains(std::string(object.name)); }) &&
         has_outbox(dialect, found, table) && missing_columns(connection, dialect, table).empty() &&
         triggers_in_place(dialect, found, table);
}

}  // namespace localdb
