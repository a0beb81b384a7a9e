#include "tests/integration/hub_process.hpp"
#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/sqlite.hpp"

#include <thread>

namespace tests::integration {

namespace {

using nlohmann::json;
using support::eventually;
using support::sqlite;
using support::sqlite_value;

/// An application's SQLite file beside connectors outside the hub. The application is the sqlite3 shell.
class LocalDb : public HubTest {
 protected:
  LocalDb() : HubTest(kWithLocalDb) {}
  void SetUp() override {
    create_local_tables(hub.local_db());
    hub.start();
    // The first pull has installed the outbox and the triggers.
    ASSERT_TRUE(eventually([&] { return hub.value("select count(*) from pull_cursors") == "2"; }))
        << hub.process().err();
  }

  void edit(const std::string& sql) { sqlite(hub.local_db(), sql); }
  std::string local(const std::string& sql) { return sqlite_value(hub.local_db(), sql); }
  bool local_becomes(const std::string& sql, const std::string& value) {
    return eventually([&] { return local(sql) == value; });
  }
  bool record_becomes(const std::string& id, const std::string& field, const std::string& value) {
    return eventually([&] {
      const auto response = hub.get("/api/records/client/" + id);
      return response.status == 200 && response.json().at("fields").value(field, "") == value;
    });
  }
  void from_crm(const std::string& id, const json& fields, const std::string& entity = "client") {
    const auto response = hub.sync({{"source", "CRM"}, {"entity", entity}, {"externalId", id}, {"fields", fields}});
    ASSERT_TRUE(response.status == 200 || response.status == 409) << response.body;
  }
  std::string journal_rows() { return hub.value("select count(*) from source_records"); }
  std::string captured() {
    return local(
        "select (select count(*) from syncline_outbox_clients) + (select count(*) from syncline_outbox_orders)");
  }
  /// Waits until the hub has read the file twice more and nothing is on its way to it.
  void come_to_rest() {
    ASSERT_TRUE(eventually([&] {
      return hub.value("select count(*) from outbound_changes where target = 'LocalDB'") == "0";
    })) << hub.rows("select * from outbound_changes where target = 'LocalDB'");
    const auto pulls = [&] { return hub.get("/api/sources/LocalDB").json().at("lastPullAt").get<std::string>(); };
    for (int i = 0; i < 2; ++i) {
      const auto before = pulls();
      ASSERT_TRUE(eventually([&] { return pulls() != before; }));
    }
  }
};

TEST_F(LocalDb, AnEditByTheShellIsCapturedAndSentToTheOthers) {
  edit("insert into clients (account_no, full_name, email) values ('C-1', 'Ann', 'ann@x.org')");
  ASSERT_TRUE(record_becomes("C-1", "fullName", "Ann"));
  EXPECT_EQ(hub.record("client", "C-1").at("lastSource"), "LocalDB");
  for (const char* source : {"CRM", "ERP", "Portal"}) {
    const auto out = hub.lease(source);
    ASSERT_EQ(out.size(), 1U) << source;
    EXPECT_EQ(out[0].at("fields").at("email"), "ann@x.org");
  }
  edit("update clients set full_name = 'Anna' where account_no = 'C-1'");
  EXPECT_TRUE(record_becomes("C-1", "fullName", "Anna"));
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("email"), "ann@x.org");
}

TEST_F(LocalDb, TheHubsWriteArrivesAndIsNoEdit) {
  from_crm("C-1", {{"fullName", "Ann"}, {"phone", "123"}});
  ASSERT_TRUE(local_becomes("select full_name || phone from clients where account_no = 'C-1'", "Ann123"));
  come_to_rest();
  EXPECT_EQ(captured(), "0") << "the hub's own write was captured";
  EXPECT_EQ(journal_rows(), "1");
  from_crm("C-1", {{"fullName", "Anna"}});
  ASSERT_TRUE(local_becomes("select full_name || phone from clients where account_no = 'C-1'", "Anna123"));
  come_to_rest();
  EXPECT_EQ(captured(), "0");
  EXPECT_EQ(journal_rows(), "2");
}

TEST_F(LocalDb, AnEditRightAfterTheHubsWriteIsNoEcho) {
  from_crm("C-1", {{"fullName", "Ann"}});
  ASSERT_TRUE(local_becomes("select full_name from clients where account_no = 'C-1'", "Ann"));
  edit("update clients set full_name = 'Anna' where account_no = 'C-1'");
  EXPECT_TRUE(record_becomes("C-1", "fullName", "Anna"));
  EXPECT_EQ(local("select full_name from clients where account_no = 'C-1'"), "Anna");
}

TEST_F(LocalDb, BothAtOnceEndEqual) {
  for (int round = 0; round < 10; ++round) {
    std::thread application([&] {
      edit("insert into clients (account_no, full_name) values ('C-1', 'local " + std::to_string(round) +
           "') on conflict (account_no) do update set full_name = excluded.full_name");
    });
    from_crm("C-1", {{"email", "crm" + std::to_string(round) + "@x.org"}});
    application.join();
  }
  EXPECT_TRUE(record_becomes("C-1", "fullName", "local 9"));
  EXPECT_TRUE(record_becomes("C-1", "email", "crm9@x.org"));
  EXPECT_TRUE(local_becomes("select full_name || email from clients where account_no = 'C-1'", "local 9crm9@x.org"));
  EXPECT_EQ(local("select count(*) from clients"), "1");
  come_to_rest();
  const std::string rows = journal_rows();
  come_to_rest();
  EXPECT_EQ(journal_rows(), rows) << "something goes round";
}

TEST_F(LocalDb, OnOverlapTheBetterPriorityWinsAndTheLoserIsRepaired) {
  from_crm("C-1", {{"fullName", "Ann"}});
  ASSERT_TRUE(local_becomes("select full_name from clients where account_no = 'C-1'", "Ann"));
  come_to_rest();
  hub.post("/api/sources/LocalDB/pause", "");
  edit("update clients set full_name = 'local' where account_no = 'C-1'");
  from_crm("C-1", {{"fullName", "CRM"}});
  hub.post("/api/sources/LocalDB/resume", "");
  EXPECT_TRUE(local_becomes("select full_name from clients where account_no = 'C-1'", "CRM"));
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "CRM");
}

TEST_F(LocalDb, ADeleteGoesBothWays) {
  edit("insert into clients (account_no, full_name) values ('C-1', 'Ann'), ('C-2', 'Bob')");
  ASSERT_TRUE(record_becomes("C-2", "fullName", "Bob"));
  ASSERT_TRUE(record_becomes("C-1", "fullName", "Ann"));
  hub.drain("CRM");
  edit("delete from clients where account_no = 'C-1'");
  EXPECT_TRUE(eventually([&] { return hub.get("/api/records/client/C-1").status == 410; }));
  const auto out = hub.lease("CRM");
  ASSERT_EQ(out.size(), 1U) << out;
  EXPECT_EQ(out[0].at("op"), "delete");
  EXPECT_EQ(hub.sync({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-2"}, {"op", "delete"}}).status, 200);
  EXPECT_TRUE(local_becomes("select count(*) from clients", "0"));
  come_to_rest();
  EXPECT_EQ(hub.get("/api/records/client/C-2").status, 410) << "a deleted record came back";
}

TEST_F(LocalDb, ARowIdThatIsUsedAgainStandsForTheNewRecord) {
  const auto remove = [&](const std::string& id) {
    return hub.sync({{"source", "CRM"}, {"entity", "client"}, {"externalId", id}, {"op", "delete"}});
  };
  from_crm("C-1", {{"fullName", "one"}});
  ASSERT_TRUE(local_becomes("select full_name from clients", "one"));
  EXPECT_EQ(remove("C-1").status, 200);
  ASSERT_TRUE(local_becomes("select count(*) from clients", "0"));
  from_crm("C-2", {{"fullName", "two"}});  // the file gives it the id of C-1
  ASSERT_TRUE(local_becomes("select id || full_name from clients", "1two"));
  from_crm("C-1", {{"fullName", "one again"}});
  ASSERT_TRUE(local_becomes("select id || full_name from clients where account_no = 'C-1'", "2one again"))
      << local("select group_concat(id || account_no || full_name) from clients");
  edit("update clients set full_name = 'two, edited' where id = 1; delete from clients where id = 2");
  EXPECT_TRUE(record_becomes("C-2", "fullName", "two, edited"));
  EXPECT_TRUE(eventually([&] { return hub.get("/api/records/client/C-1").status == 410; }));
}

TEST_F(LocalDb, ADeleteThatLosesIsRepaired) {
  from_crm("C-1", {{"fullName", "Ann"}});
  ASSERT_TRUE(local_becomes("select full_name from clients where account_no = 'C-1'", "Ann"));
  come_to_rest();
  hub.post("/api/sources/LocalDB/pause", "");
  edit("delete from clients where account_no = 'C-1'");
  from_crm("C-1", {{"fullName", "Anna"}});
  hub.post("/api/sources/LocalDB/resume", "");
  EXPECT_TRUE(local_becomes("select full_name from clients where account_no = 'C-1'", "Anna"))
      << hub.rows("select * from outbound_changes").dump(1);
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "Anna");
}

TEST_F(LocalDb, AnOrderWaitsForItsClientAndHoldsTheTablesOwnId) {
  edit("insert into clients (id, account_no, full_name) values (500, 'C-0', 'somebody')");  // so that ids differ
  from_crm("O-1", {{"clientId", "C-1"}, {"total", "12.50"}}, "order");
  EXPECT_EQ(hub.get("/api/waiting").json().at("items").size(), 1U);
  EXPECT_EQ(local("select count(*) from orders"), "0");
  from_crm("C-1", {{"fullName", "Ann"}});
  ASSERT_TRUE(local_becomes("select count(*) from orders", "1"));
  EXPECT_EQ(local("select o.total || ' ' || c.account_no from orders o join clients c on c.id = o.client_id"),
            "12.5 C-1");
}

TEST_F(LocalDb, AnOrderOfTheFileNamesItsClientByTheSharedId) {
  edit(
      "insert into clients (id, account_no, full_name) values (700, 'C-7', 'Ann');"
      "insert into orders (order_no, client_id, total) values ('O-7', 700, 99.9)");
  ASSERT_TRUE(eventually([&] { return hub.get("/api/records/order/O-7").status == 200; }))
      << hub.get("/api/waiting").body << hub.get("/api/dead-letters").body;
  const json fields = hub.record("order", "O-7").at("fields");
  EXPECT_EQ(fields.at("clientId"), "C-7");
  EXPECT_EQ(fields.at("total"), "99.90");
  const auto out = hub.lease("ERP");
  ASSERT_EQ(out.size(), 1U) << out;
  hub.acknowledge("ERP", out[0], {{"status", "applied"}, {"nativeId", "erp-7"}});
  EXPECT_EQ(hub.lease("ERP").at(0).at("fields").at("clientId"), "erp-7");
}

TEST_F(LocalDb, WhatWasWrittenWhileTheHubWasDownIsCaught) {
  edit("insert into clients (account_no, full_name) values ('C-1', 'Ann')");
  ASSERT_TRUE(record_becomes("C-1", "fullName", "Ann"));
  hub.kill();
  edit(
      "update clients set full_name = 'Anna' where account_no = 'C-1'; insert into clients (account_no, full_name) "
      "values ('C-2', 'Bob'); delete from clients where account_no = 'C-2'; insert into clients (account_no, "
      "full_name) "
      "values ('C-3', 'Cid')");
  hub.start();
  EXPECT_TRUE(record_becomes("C-1", "fullName", "Anna"));
  EXPECT_TRUE(record_becomes("C-3", "fullName", "Cid"));
  // Deletes are judged together when the whole of a pull is read, so this one may come last.
  EXPECT_TRUE(eventually([&] { return hub.get("/api/records/client/C-2").status == 410; }));
}

TEST_F(LocalDb, ARefusedRowIsADeadLetterAndTheOthersArrive) {
  edit(
      "create trigger no_bob before insert on clients when new.full_name = 'Bob' "
      "begin select raise(abort, 'no Bob here'); end");
  for (const char* name : {"Ann", "Bob", "Cid"}) from_crm(std::string("C-") + name, {{"fullName", name}});
  EXPECT_TRUE(
      local_becomes("select group_concat(full_name) from (select full_name from clients order by 1)", "Ann,Cid"));
  ASSERT_TRUE(eventually([&] { return !hub.get("/api/dead-letters").json().at("items").empty(); }));
  const json letter = hub.get("/api/dead-letters").json().at("items").at(0);
  EXPECT_NE(letter.at("reason").get<std::string>().find("no Bob here"), std::string::npos) << letter;
  edit("drop trigger no_bob");
  EXPECT_EQ(hub.post("/api/dead-letters/replay", "{}").status, 202);
  EXPECT_TRUE(local_becomes("select count(*) from clients", "3"));
}

}  // namespace

}  // namespace tests::integration
