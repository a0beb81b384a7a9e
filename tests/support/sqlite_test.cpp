#include "tests/support/sqlite.hpp"

#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tests::support {

TEST(Sqlite, RunsScriptsAndReadsRowsBack) {
  const TempDir dir;
  const auto database = dir / "a.db";
  sqlite(database, "create table t (id integer, name text); insert into t values (1, 'it''s|me'), (2, null);");
  EXPECT_EQ(sqlite_value(database, "select count(*) from t"), "2");
  EXPECT_EQ(sqlite_value(database, "select id from t where id = 7"), "");
  const auto rows = sqlite_rows(database, "select id, name from t order by id");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("name"), "it's|me");
  EXPECT_TRUE(rows[1].at("name").is_null());
  EXPECT_TRUE(sqlite_rows(database, "select * from t where id = 7").empty());
}

TEST(Sqlite, ThrowsAtTheFirstError) {
  const TempDir dir;
  EXPECT_THROW(sqlite(dir / "a.db", "create table t (id); bogus; insert into t values (1);"), std::runtime_error);
  EXPECT_EQ(sqlite_value(dir / "a.db", "select count(*) from t"), "0");
}

}  // namespace tests::support
