#include "hub/store/statements.hpp"

#include "hub/store/store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace hub::store {

namespace {

// Those that look at a whole table on purpose: small tables, pages of it in key order, counts for people, the audit.
const std::set<std::string> kReadATable{
    "load_priorities",   "load_counters",   "read_schema_version", "outbound_depths",
    "list_records",      "list_records_of", "list_conflicts",      "group_open_conflicts_by_field",
    "list_dead_letters", "list_waiting",    "count_waiting",       "any_waiting",
    "last_finished",     "any_hold",        "list_holds",          "count_dead_letters",
    "has_schema_version"};

TEST(Statements, EachIsGoodSqlAndFindsItsRowsByAnIndex) {
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  const auto file = folder / "hub.db";
  static_cast<void>(Store({file, false}, clock));
  for (const NamedStatement& statement : named_statements()) {
    if (statement.sql.starts_with("pragma") || statement.sql.starts_with("begin")) continue;
    if (statement.name.starts_with("trial_")) continue;  // of two stores, and whole tables of them
    const std::string plan = tests::support::sqlite(file, "explain query plan " + statement.sql);
    if (statement.name.starts_with("audit_") || kReadATable.contains(statement.name)) continue;
    std::istringstream lines(plan);
    for (std::string line; std::getline(lines, line);)
      EXPECT_TRUE(line.find("SCAN ") == std::string::npos || line.find(" USING ") != std::string::npos ||
                  line.find("CONSTANT ROW") != std::string::npos)
          << statement.name << "\n"
          << plan;
  }
}

TEST(Statements, AScriptIsSplitAtItsSemicolonsAndNotInItsStrings) {
  EXPECT_EQ(split_script("-- a; comment\nselect ';';\n\nselect 2;\n"),
            (std::vector<std::string>{"select ';'", "select 2"}));
}

TEST(Statements, AnUnknownNameIsABug) {
  EXPECT_THROW(static_cast<void>(named_statement("nonsense")), std::logic_error);
}

TEST(Trial, IsFilledFromEveryTableOrFromOneThatItDoesNotNeed) {
  const std::set<std::string> left_out{"delivery_log",     "outbound_changes", "dead_letters", "sync_runs",
                                       "schema_version",   "pull_cursors",     "snapshots",    "snapshot_rows",
                                       "delete_approvals", "record_bases"};
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  static_cast<void>(Store({folder / "hub.db", false}, clock));
  std::istringstream tables(
      tests::support::sqlite(folder / "hub.db", "select name from sqlite_master where type = 'table'"));
  for (std::string table; std::getline(tables, table);) {
    const bool copied = std::any_of(named_statements().begin(), named_statements().end(),
                                    [&](const auto& statement) { return statement.name == "trial_copy_" + table; });
    EXPECT_NE(copied, left_out.contains(table)) << table << ": copy it in trial.sql, or say here that it is not needed";
  }
}

TEST(Migrations, CountFromOneWithoutAGap) {
  int version = 0;
  for (const Migration& migration : migrations()) {
    EXPECT_EQ(migration.version, ++version);
    EXPECT_FALSE(migration.statements.empty());
  }
  EXPECT_EQ(version, latest_schema_version());
}

}  // namespace

}  // namespace hub::store
