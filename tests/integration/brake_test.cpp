#include "tests/integration/hub_process.hpp"
#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"

#include <chrono>
#include <thread>

namespace tests::integration {

namespace {

using support::eventually;

/// LocalDB with rows that the hub knows, and the brake on mass deletes at its defaults: 10 records and 10 %.
class Brake : public HubTest {
 protected:
  Brake() : HubTest(kWithLocalDb) {
    hub.set("sources.LocalDB.pull.max_deletes.count", "10");
    hub.set("sources.LocalDB.pull.max_deletes.percent", "10");
    hub.set("sources.LocalDB.pull.limit", "20");
    create_local_tables(hub.local_db());
  }
  void start_with_rows(int rows) {
    hub.start();
    ASSERT_TRUE(eventually([&] { return hub.value("select count(*) from pull_cursors") == "2"; }));
    LocalFile local(hub.local_db());
    local.run("with recursive n(i) as (select 1 union all select i + 1 from n where i < " + std::to_string(rows) +
              ") insert into clients (account_no, full_name) select printf('C-%03d', i), 'Name' from n");
    ASSERT_TRUE(there_are(rows));
  }
  void edit(const std::string& sql) { LocalFile(hub.local_db()).run(sql); }
  bool there_are(int records) {
    return eventually([&] {
      return hub.value("select count(*) from canonical_records where deleted = 0") == std::to_string(records);
    });
  }
  int held() { return hub.get("/api/sources/LocalDB").json().at("heldDeletes"); }
  void approve() { EXPECT_EQ(hub.post("/api/sources/LocalDB/approve-deletes", "").status, 200); }
};

TEST_F(Brake, AMassDeleteIsHeldUntilAPersonApproves) {
  start_with_rows(100);
  edit(
      "begin; delete from clients where account_no <= 'C-030'; update clients set full_name = 'New' where account_no = "
      "'C-031'; commit");
  ASSERT_TRUE(eventually([&] { return held() == 30; })) << held();
  EXPECT_TRUE(eventually([&] { return hub.record("client", "C-031").at("fields").at("fullName") == "New"; }))
      << "what is no delete goes on";
  EXPECT_TRUE(there_are(100));
  const auto waiting = hub.get("/api/waiting?limit=1").json().at("items").at(0);
  EXPECT_EQ(waiting.at("held"), true);
  EXPECT_EQ(waiting.at("missing").size(), 0U);
  EXPECT_EQ(hub.audit(), "");

  hub.restart();
  EXPECT_EQ(held(), 30) << "a restart is no approval";
  approve();
  EXPECT_TRUE(there_are(70));
  EXPECT_EQ(held(), 0);
  EXPECT_EQ(hub.get("/api/records/client/C-001").status, 410);
  EXPECT_EQ(hub.post("/api/sources/LocalDB/approve-deletes", "").status, 409) << "nothing is held any more";
}

TEST_F(Brake, LetsThroughWhatIsFewOrASmallShare) {
  start_with_rows(30);
  edit("delete from clients where account_no <= 'C-010'");  // a third of all, but only ten
  EXPECT_TRUE(there_are(20));
  edit(
      "with recursive n(i) as (select 101 union all select i + 1 from n where i < 500) "
      "insert into clients (account_no, full_name) select printf('C-%03d', i), 'Name' from n");
  ASSERT_TRUE(there_are(420));
  edit("delete from clients where account_no between 'C-101' and 'C-140'");  // two pages, but less than a tenth
  EXPECT_TRUE(there_are(380));
  EXPECT_EQ(held(), 0);
}

TEST_F(Brake, ARecordThatReappearsIsNotDeleted) {
  start_with_rows(50);
  edit("delete from clients");
  ASSERT_TRUE(eventually([&] { return held() == 50; })) << held();
  edit("insert into clients (account_no, full_name) values ('C-007', 'Back')");
  ASSERT_TRUE(eventually([&] { return held() == 49; })) << held();
  approve();
  EXPECT_TRUE(there_are(1));
  EXPECT_EQ(hub.record("client", "C-007").at("fields").at("fullName"), "Back");
}

TEST_F(Brake, AnEditMadeMeanwhileStandsAgainstTheDelete) {
  start_with_rows(50);
  edit("delete from clients");
  ASSERT_TRUE(eventually([&] { return held() == 50; })) << held();
  ASSERT_EQ(hub.sync({{"source", "CRM"}, {"externalId", "C-005"}, {"fullName", "Edited"}}).status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // time to push it, which must not be used
  EXPECT_EQ(hub.value("select attempt from outbound_changes where target = 'LocalDB' and external_id = 'C-005'"), "0");
  approve();
  EXPECT_TRUE(there_are(1));
  EXPECT_EQ(hub.record("client", "C-005").at("fields").at("fullName"), "Edited") << "the CRM has the better priority";
  EXPECT_TRUE(eventually([&] {
    return LocalFile(hub.local_db()).value("select group_concat(full_name) from clients") == "Edited";
  })) << "the source that deleted it gets it back";
}

}  // namespace

}  // namespace tests::integration
