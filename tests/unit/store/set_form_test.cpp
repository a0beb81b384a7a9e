#include "hub/store/set_form.hpp"

#include "hub/store/json_rows.hpp"

#include <gtest/gtest.h>

namespace hub::store {

namespace {

NamedStatement statement(std::string sql, std::vector<SqlColumn> in, std::vector<SqlColumn> out = {}) {
  return {"s", std::move(sql), std::move(in), std::move(out)};
}

TEST(SetForm, AnInsertTakesItsRowsFromJson) {
  EXPECT_EQ(writing_many(statement("insert into t (a, b, c) values (:x, 0, :n)\n    on conflict (a) do update set n = "
                                   "excluded.n where t.n < :n",
                                   {{"x", false}, {"n", true}}))
                .sql,
            "insert into t (a, b, c) select r.p0, 0, r.p1\n"
            "  from json_to_recordset(cast(:rows as json)) as r(p0 text, p1 bigint)\n"
            "    on conflict (a) do update set n = excluded.n where t.n < r.p1");
}

TEST(SetForm, AnUpdateJoinsThem) {
  EXPECT_EQ(
      writing_many(statement("update t\n   set a = :a\n where k = :k and v = 'x'", {{"a", false}, {"k", true}})).sql,
      "update t\n   set a = r.p0\n"
      "  from json_to_recordset(cast(:rows as json)) as r(p0 text, p1 bigint)\n where k = r.p1 and v = 'x'");
}

TEST(SetForm, SoDoesADelete) {
  EXPECT_EQ(writing_many(statement("delete from t where k = :k and v = :v", {{"k", false}, {"v", true}})).sql,
            "delete from t\n using json_to_recordset(cast(:rows as json)) as r(p0 text, p1 bigint)\n"
            " where k = r.p0 and v = r.p1");
}

TEST(SetForm, AQuerySaysWhichItAnswers) {
  const auto many = reading_many(statement("select a from t where k = :k", {{"k", false}}, {{"a", false}}));
  EXPECT_EQ(many.sql,
            "select r.item, q.*\n  from json_to_recordset(cast(:rows as json)) as r(item bigint, p0 text)\n"
            " cross join lateral (select a from t where k = r.p0) q");
  EXPECT_EQ(many.out.size(), 2U);
}

TEST(SetForm, AnotherStatementIsABug) {
  EXPECT_THROW(static_cast<void>(writing_many(statement("select a from t where k = :k", {{"k", false}}))),
               std::logic_error);
}

TEST(SetForm, KnowsTheTable) {
  EXPECT_EQ(table_of(statement("select a\n  from t x\n where 1", {})), "t");
  EXPECT_EQ(table_of(statement("update t\n   set a = 1", {})), "t");
  EXPECT_EQ(table_of(statement("insert into t (a) select 1 from u", {})), "t");
  EXPECT_EQ(table_of(statement("begin", {})), "");
}

TEST(JsonRows, LeaveNullsOutAndKeepNoNul) {
  JsonRows rows;
  rows.add(std::vector<Param>{"a\"", std::nullopt, 7});
  rows.add(std::vector<Param>{std::nullopt, std::string_view("x\0y", 3), 8});
  EXPECT_EQ(rows.take(), "[{\"p0\":\"a\\\"\",\"p2\":7},{\"p1\":\"x\xEF\xBF\xBDy\",\"p2\":8}]");
  EXPECT_EQ(rows.size(), 0);
  rows.add_numbered({"k"});
  EXPECT_EQ(rows.take(), R"([{"item":0,"p0":"k"}])");
}

}  // namespace

}  // namespace hub::store
