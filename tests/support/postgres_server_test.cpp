#include "tests/support/postgres_server.hpp"

#include <gtest/gtest.h>

namespace tests::support {

namespace {

TEST(PostgresDatabase, IsEmptyAndOnesOwn) {
  const PostgresDatabase one;
  const PostgresDatabase another;
  psql(one.url(), "create table t (n int); insert into t values (7)");
  EXPECT_EQ(psql_rows(one.url(), "select n from t").dump(), R"([{"n":7}])");
  EXPECT_THROW(psql(another.url(), "select n from t"), std::runtime_error);
}

TEST(PostgresServer, KeepsWhatWasCommittedOverACrash) {
  PostgresServer server;
  const std::string url = server.create_database("kept");
  psql(url, "create table t (n int); insert into t values (7)");
  server.crash();
  EXPECT_THROW(psql(url, "select 1"), std::runtime_error);
  server.start();
  EXPECT_EQ(psql(url, "select n from t"), "7\n");
  EXPECT_EQ(psql(url, "show fsync"), "on\n");
}

}  // namespace

}  // namespace tests::support
