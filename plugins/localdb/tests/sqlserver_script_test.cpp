#include "plugins/localdb/sqlserver/dialect.hpp"
#include "plugins/localdb/table_sql.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace localdb::tests {
namespace {

std::string script() {
  const sqlserver::Dialect dialect;
  const auto text = [](const char* name) {
    return Column{.name = name, .type = "nvarchar(200)", .collation = "Latin1_General_100_CI_AS_SC"};
  };
  const Table table{
      .name = "client",
      .schema = "dbo",
      .relation = "client",
      .pk = "id",
      .pk_column = {.name = "id", .type = "bigint"},
      .key = "number",
      .names = {"credit", "email", "name", "number"},
      .columns = {{.name = "credit", .type = "decimal(12, 2)"}, text("email"), text("name"), text("number")}};
  const TableSql table_sql(dialect, table);
  std::vector<std::string> statements;
  for (const auto& [name, statement] : dialect.objects()) statements.push_back(dialect.sql(statement));
  for (const std::string_view statement : dialect.outbox_statements())
    statements.push_back(table_sql.render(statement));
  for (const std::string_view kind : dialect.triggers()) statements.push_back(table_sql.render_trigger(kind));
  return "-- Made from capture.sql; not run on a server: see README.md.\n\n" + dialect.script(statements);
}

TEST(SqlServerScript, IsMadeFromItsTemplate) {
  const std::string made = script();
  if (std::getenv("SYNCLINE_WRITE_GENERATED") != nullptr) std::ofstream(SQLSERVER_SCRIPT) << made;
  std::ostringstream kept;
  kept << std::ifstream(SQLSERVER_SCRIPT).rdbuf();
  EXPECT_EQ(kept.str(), made) << "run this test with SYNCLINE_WRITE_GENERATED=1";
}

}  // namespace
}  // namespace localdb::tests
