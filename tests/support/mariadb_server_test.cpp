#include "tests/support/mariadb_server.hpp"

#include <gtest/gtest.h>

namespace tests::support {
namespace {

TEST(MariadbServer, ForgetsNothingThatWasCommittedBeforeACrash) {
  MariadbServer server;
  mariadb(server.url(), "CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('kept')");
  server.crash();
  EXPECT_THROW(mariadb(server.url(), "SELECT 1"), std::runtime_error);
  server.start();
  EXPECT_EQ(mariadb(server.url(), "SELECT v FROM t"), "kept");
}

TEST(MariadbDatabase, IsEmptyAndOnesOwn) {
  const MariadbDatabase one;
  const MariadbDatabase other;
  mariadb(one.url(), "CREATE TABLE t (v INT)");
  EXPECT_EQ(mariadb(other.url(), "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"),
            "0");
  EXPECT_THROW(mariadb(one.url(), "SELECT nothing"), std::runtime_error);
}

}  // namespace
}  // namespace tests::support
