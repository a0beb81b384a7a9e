#include "hub/store/statements.hpp"

#include "hub/store/schema.hpp"
#include "hub/store/store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace hub::store {

namespace {

// Those that look at a whole table on purpose: small tables, pages of it in key order, counts for people, the audit.
const std::set<std::string> kReadATable{
    "load_priorities",   "load_counters",   "read_schema_version", "outbound_depths",
    "list_records",      "list_records_of", "list_conflicts",      "group_open_conflicts_by_field",
    "list_dead_letters", "list_waiting",    "count_waiting",       "load_present",
    "last_finished",     "list_holds",      "count_dead_letters",  "list_tables",
    "list_columns",      "live_hubs",       "forget_hubs",         "load_leases"};

TEST(Statements, EachIsGoodSqlAndFindsItsRowsByAnIndex) {
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  const auto file = folder / "hub.db";
  static_cast<void>(Store({file, false}, clock));
  for (const NamedStatement& statement : named_statements(Dialect::kSqlite)) {
    if (statement.sql.starts_with("pragma") || statement.sql.starts_with("begin")) continue;
    if (statement.name.starts_with("trial_")) continue;  // of two stores, and whole tables of them
    const std::string plan = tests::support::sqlite(file, "explain query plan " + statement.sql);
    if (statement.name.starts_with("audit_") || kReadATable.contains(statement.name)) continue;
    std::istringstream lines(plan);
    for (std::string line; std::getline(lines, line);)
      EXPECT_TRUE(line.find("SCAN ") == std::string::npos || line.find(" USING ") != std::string::npos ||
                  line.find("CONSTANT ROW") != std::string::npos || line.ends_with("SCAN c") ||
                  line.ends_with("SCAN store_clock"))  // its one row, too
          << statement.name << "\n"
          << plan;
  }
}

/// `statement` with $1, $2, … for its parameters, as a server prepares it.
std::string prepared(const NamedStatement& statement) {
  static const std::regex parameter(R"((^|[^:]):([a-z_]+))");
  std::string text;
  int number = 0;
  auto at = statement.sql.cbegin();
  for (std::smatch found; std::regex_search(at, statement.sql.cend(), found, parameter); at = found.suffix().first)
    text += found.prefix().str() + found[1].str() + "$" + std::to_string(++number);
  return "prepare " + statement.name + " as " + text.append(at, statement.sql.cend()) + ";\n";
}

TEST(Statements, EachIsGoodSqlOnPostgresqlToo) {
  const tests::support::PostgresSchema schema;
  const tests::support::FakeClock clock;
  static_cast<void>(Store({Location::postgresql(schema.url()), true}, clock));
  std::string script;
  for (const NamedStatement& statement : named_statements(Dialect::kPostgresql)) {
    const std::string verb = statement.sql.substr(0, statement.sql.find_first_of(" \n"));
    if (verb == "create" || verb == "begin" || verb == "commit" || verb == "rollback" || verb == "set") continue;
    if (statement.name.starts_with("trial_copy_")) continue;  // conditions
    script += prepared(statement);
  }
  EXPECT_NO_THROW(tests::support::psql(schema.url(), script));
}

TEST(Statements, HaveTheSameNamesAndSignaturesInBothDialects) {
  // How a connection is set up and a trial is filled is each database's own matter.
  const auto own = [](const NamedStatement& statement) {
    return statement.name.starts_with("setup_") || statement.name.starts_with("trial_") ||
           statement.name == "commit_without_sync" || statement.name == "lock_store" ||
           statement.name == "mark_commit" || statement.name == "last_mark" || statement.name == "channel" ||
           statement.name == "call_hubs";
  };
  const auto signatures = [&](Dialect dialect) {
    std::map<std::string, std::string> all;
    for (const NamedStatement& statement : named_statements(dialect)) {
      if (own(statement)) continue;
      std::string& signature = all[statement.name];
      for (const auto* columns : {&statement.in, &statement.out}) {
        for (const SqlColumn& column : *columns) signature += column.name + (column.integer ? " int, " : " text, ");
        signature += "-> ";
      }
    }
    return all;
  };
  EXPECT_EQ(signatures(Dialect::kSqlite), signatures(Dialect::kPostgresql));
}

TEST(Schema, HasTheSameTablesAndColumnsInBothDialects) {
  const tests::support::TempDir folder;
  const tests::support::PostgresSchema schema;
  const tests::support::FakeClock clock;
  static_cast<void>(Store({folder / "hub.db", false}, clock));
  static_cast<void>(Store({Location::postgresql(schema.url()), true}, clock));
  EXPECT_EQ(tests::support::sqlite(
                folder / "hub.db",
                "select m.name || ' ' || c.name || ' ' || lower(c.type) || ' ' || (c.pk > 0 or c.\"notnull\")"
                "  from sqlite_master m join pragma_table_info(m.name) c"
                " where m.type = 'table' order by m.name, c.cid"),
            tests::support::psql(schema.url(),
                                 "select table_name || ' ' || column_name || ' ' || data_type || ' ' ||"
                                 "       case is_nullable when 'NO' then 1 else 0 end"
                                 "  from information_schema.columns c join information_schema.tables t"
                                 " using (table_schema, table_name)"
                                 " where table_schema = current_schema() and table_type = 'BASE TABLE'"
                                 " order by table_name collate \"C\", ordinal_position"));
  const auto indexes = [](std::string text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(indexes(tests::support::sqlite(folder / "hub.db",
                                           "select name from sqlite_master where type = 'index' and sql is not null")),
            indexes(tests::support::psql(schema.url(),
                                         "select indexname from pg_indexes where schemaname = current_schema()"
                                         "   and indexname not like '%_pkey'")));
}

TEST(Statements, AScriptIsSplitAtItsSemicolonsAndNotInItsStrings) {
  EXPECT_EQ(split_script("-- a; comment\nselect ';';\n\nselect 2;\n"),
            (std::vector<std::string>{"select ';'", "select 2"}));
}

TEST(Statements, AnUnknownNameIsABug) {
  EXPECT_THROW(static_cast<void>(named_statement(Dialect::kSqlite, "nonsense")), std::logic_error);
}

TEST(Trial, IsFilledFromEveryTableOrFromOneThatItDoesNotNeed) {
  const std::set<std::string> left_out{"delivery_log",     "outbound_changes", "dead_letters", "sync_runs",
                                       "schema_version",   "pull_cursors",     "snapshots",    "snapshot_rows",
                                       "delete_approvals", "record_bases",     "hubs",         "source_leases"};
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  static_cast<void>(Store({folder / "hub.db", false}, clock));
  std::istringstream tables(
      tests::support::sqlite(folder / "hub.db", "select name from sqlite_master where type = 'table'"));
  for (std::string table; std::getline(tables, table);) {
    const auto& all = named_statements(Dialect::kSqlite);
    const bool copied = std::any_of(all.begin(), all.end(),
                                    [&](const auto& statement) { return statement.name == "trial_copy_" + table; });
    EXPECT_NE(copied, left_out.contains(table)) << table << ": copy it in trial.sql, or say here that it is not needed";
  }
}

TEST(Migrations, CountFromOneWithoutAGap) {
  for (const Dialect dialect : {Dialect::kSqlite, Dialect::kPostgresql}) {
    int version = 0;
    for (const Migration& migration : migrations(dialect)) {
      EXPECT_EQ(migration.version, ++version);
      EXPECT_FALSE(migration.statements.empty());
    }
    EXPECT_EQ(version, latest_schema_version());
  }
}

}  // namespace

}  // namespace hub::store
