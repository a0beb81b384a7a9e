#include "hub/store/conflicts.hpp"

#include "hub/store/audit.hpp"
#include "hub/store/statements.hpp"
#include "hub/store/store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/support/store_place.hpp"

#include <gtest/gtest.h>

namespace hub::store {

namespace {

class Conflicts : public testing::Test {
 protected:
  static ConflictRow row(const std::string& id, std::int64_t seq, std::vector<std::string> fields) {
    ConflictRow conflict;
    conflict.at = {"CRM", seq};
    conflict.key = {"client", id};
    conflict.kind = kFieldConflict;
    conflict.fields = std::move(fields);
    conflict.opened_at_ms = conflict.updated_at_ms = 1000 + seq;
    conflict.revised_by = to_string(conflict.at);
    return conflict;
  }

  const tests::support::StorePlace place;
  const tests::support::FakeClock clock;
  Store store{{place.location(), false}, clock};
};

TEST_F(Conflicts, AreKeptWithBothSidesAndTheirProvenance) {
  ConflictRow conflict = row("C,1", 1, {"e,mail", "phone"});
  conflict.incoming.cell("e,mail") = {"e,mail", model::Value::string("x"), {5, "CRM", 1, 9, 8}};
  conflict.canonical.key = conflict.key;
  conflict.canonical.version = 5;
  conflict.canonical.row_version = 7;
  conflict.canonical.tombstone = model::Stamp{4, "ERP", 2, 3, {}};
  conflict.canonical.cell("phone") = {"phone", {}, {5, "ERP", 3, 4, {}}};
  conflict.base = {{"phone", model::Value::integer(1)}};
  conflict.base_version = 3;
  store.write([&](Session& session) { open_conflict(session, conflict); });
  const auto read = store.read([&](Session& session) { return load_conflict(session, conflict.at); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->incoming.cells, conflict.incoming.cells);
  EXPECT_EQ(read->canonical, conflict.canonical);
  EXPECT_EQ(read->base, conflict.base);
  EXPECT_EQ(read->base_version, 3);
  EXPECT_EQ(read->fields, conflict.fields) << "names may have commas";
}

TEST_F(Conflicts, ThereIsOneOpenForARecordAndSource) {
  store.write([&](Session& session) { open_conflict(session, row("C1", 1, {"email"})); });
  EXPECT_THROW(store.write([&](Session& session) { open_conflict(session, row("C1", 2, {"email"})); }), StoreError);
}

TEST_F(Conflicts, LeaveTheInboxWhenTheyAreClosed) {
  ConflictRow conflict = row("C1", 1, {"email", "phone"});
  const auto found = [&](const std::string& field) {
    return store.read([&](Session& session) {
      return list_open_conflicts(session, {{}, {}, {}, field, {}, 0}, {}, 10).size();
    });
  };
  store.write([&](Session& session) { open_conflict(session, conflict); });
  EXPECT_EQ(found("phone"), 1U);
  conflict.fields = {"email"};
  store.write([&](Session& session) { revise_conflict(session, conflict); });
  EXPECT_EQ(found("phone"), 0U);
  EXPECT_EQ(found("email"), 1U);
  conflict.state = kResolved;
  conflict.decided = {{"email", "incoming"}};
  store.write([&](Session& session) { close_conflict(session, conflict); });
  EXPECT_EQ(found("email"), 0U);
  EXPECT_EQ(store.read([&](Session& session) { return load_conflict(session, conflict.at); })->decided,
            conflict.decided);
}

TEST(ConflictsOnSqlite, OfAHundredThousandOpenOnesAreFoundInTheIndexAlone) {
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  static_cast<void>(Store({folder / "hub.db", false}, clock));
  const auto plan = [&](const std::string& name) {
    for (const NamedStatement& statement : named_statements(Dialect::kSqlite))
      if (statement.name == name)
        return tests::support::sqlite(folder / "hub.db", "explain query plan " + statement.sql);
    return std::string();
  };
  for (const char* name : {"list_open_conflicts", "group_open_conflicts"})
    EXPECT_NE(plan(name).find("conflict_log USING COVERING INDEX conflict_log_inbox"), std::string::npos) << plan(name);
  for (const char* name : {"list_open_conflicts_of_field", "group_open_conflicts_of_field"})
    EXPECT_NE(plan(name).find("conflict_fields USING COVERING INDEX conflict_fields_inbox"), std::string::npos)
        << plan(name);
  EXPECT_NE(plan("past_field_conflicts").find("conflict_log_past"), std::string::npos);
}

}  // namespace

}  // namespace hub::store
