#include "tests/integration/hub_process.hpp"
#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"

namespace tests::integration {

namespace {

using nlohmann::json;
using support::eventually;

/// Merge, hold, undo and plan as people use them: on the command line, beside a running hub, with a LocalDB.
class Curation : public HubTest {
 protected:
  Curation() : HubTest(kWithLocalDb) { create_local_tables(hub.local_db()); }

  json told(std::vector<std::string> words, int code = 0) {
    words.emplace_back("--json");
    const auto done = hub.syncline(words);
    EXPECT_EQ(done.exit_code, code) << done.out << done.err;
    return done.out.empty() ? json() : json::parse(done.out);
  }
  void edit(const std::string& sql) { LocalFile(hub.local_db()).run(sql); }
  std::string local(const std::string& sql) { return LocalFile(hub.local_db()).value(sql); }
  bool captured() {
    return eventually([&] { return hub.value("select count(*) from pull_cursors") == "2"; });
  }
};

TEST_F(Curation, AMergeReachesARealDatabaseAndComesBack) {
  hub.start();
  ASSERT_TRUE(captured());
  edit("insert into clients (account_no, full_name, email) values ('C-1', 'Ann', 'a@x.org')");
  edit("insert into clients (account_no, full_name, phone) values ('C-2', 'Anne', '4711')");
  edit(
      "insert into orders (order_no, client_id, total) select 'O-1', id, '5.00' from clients where account_no = 'C-2'");
  ASSERT_TRUE(eventually([&] { return hub.get("/api/records/order/O-1").status == 200; }));

  const json merged = told({"merge", "client", "C-1", "C-2"});
  EXPECT_EQ(merged["deletedRows"].size(), 1U) << merged;
  EXPECT_EQ(merged["repointed"].size(), 1U);
  EXPECT_TRUE(eventually([&] { return local("select group_concat(account_no) from clients") == "C-1"; }))
      << local("select group_concat(account_no) from clients");
  EXPECT_EQ(local("select phone from clients"), "4711");
  EXPECT_EQ(local("select c.account_no from orders o join clients c on c.id = o.client_id"), "C-1");
  const auto alias = hub.get("/api/records/client/C-2");
  EXPECT_EQ(alias.status, 301);
  EXPECT_EQ(alias.header("location"), "/api/records/client/C-1");
  EXPECT_EQ(told({"records", "show", "client", "C-2"})["externalId"], "C-1");

  told({"unmerge", "client", "C-2"});
  EXPECT_TRUE(eventually([&] { return local("select group_concat(account_no) from clients") == "C-1,C-2"; }));
  EXPECT_TRUE(eventually(
      [&] { return local("select c.account_no from orders o join clients c on c.id = o.client_id") == "C-2"; }));
  EXPECT_EQ(hub.record("client", "C-2").at("fields").at("phone"), "4711");
}

TEST_F(Curation, ARunIsUndoneAtItsSourceToo) {
  hub.start();
  ASSERT_TRUE(captured());
  edit("insert into clients (account_no, full_name) values ('C-1', 'Ann'), ('C-2', 'Bob')");
  ASSERT_TRUE(eventually([&] { return hub.get("/api/records/client/C-2").status == 200; }));
  edit("update clients set full_name = 'Oops'");
  ASSERT_TRUE(eventually([&] { return hub.record("client", "C-2").at("fields").at("fullName") == "Oops"; }));
  const json runs = told({"runs", "LocalDB"});
  ASSERT_EQ(runs["items"].size(), 2U) << runs;
  const std::string run = runs["items"][0]["id"];
  EXPECT_EQ(runs["items"][0]["changes"], 2);
  EXPECT_EQ(told({"undo", "--source", "LocalDB", "--run", run})["restored"], 2);
  EXPECT_EQ(told({"undo", "--source", "LocalDB", "--run", run, "--apply"})["restored"], 2);
  EXPECT_TRUE(eventually([&] { return local("select group_concat(full_name) from clients") == "Ann,Bob"; }));
}

TEST_F(Curation, ABatchIsARun) {
  hub.start();
  hub.batch({{{"source", "CRM"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "Ann"}},
             {{"source", "CRM"}, {"externalId", "C-2"}, {"version", 1}, {"fullName", "Bob"}}});
  hub.sync({{"source", "CRM"}, {"externalId", "C-3"}, {"version", 1}, {"fullName", "Cy"}});
  const json runs = told({"runs", "CRM"});
  ASSERT_EQ(runs["items"].size(), 1U);
  EXPECT_EQ(runs["items"][0]["kind"], "batch");
  EXPECT_EQ(told({"undo", "--source", "CRM", "--run", runs["items"][0]["id"], "--apply"})["deleted"], 2);
  EXPECT_EQ(hub.get("/api/records/client/C-1").status, 410);
  EXPECT_EQ(hub.get("/api/records/client/C-3").status, 200);
}

TEST_F(Curation, AHoldOutlivesARestartAndEndsByItself) {
  hub.start();
  hub.sync({{"source", "CRM"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "Ann"}});
  told({"hold", "client", "C-1", "--for", "3s", "--reason", "being checked"});
  const auto waits = hub.sync({{"source", "ERP"}, {"externalId", "C-1"}, {"version", 2}, {"fullName", "Bob"}});
  EXPECT_EQ(waits.status, 409);
  EXPECT_EQ(waits.json().at("error"), "on hold");
  hub.restart();
  EXPECT_EQ(told({"holds"})["items"].size(), 1U);
  EXPECT_EQ(hub.record("client", "C-1").at("fields").at("fullName"), "Ann");
  EXPECT_TRUE(eventually([&] { return hub.record("client", "C-1").at("fields").at("fullName") == "Bob"; }));
  EXPECT_EQ(told({"holds"})["items"].size(), 0U);
  told({"release", "client", "C-1"}, 1);
}

TEST_F(Curation, AProfileTellsWhatASourceHas) {
  edit(
      "insert into clients (account_no, full_name, email) values ('C-1', 'Ann', 'a@x.org'), ('C-2', 'Bob', 'no "
      "address')");
  edit("insert into clients (account_no, full_name) values ('C-3', '')");
  const json fields = told({"profile", "LocalDB"})["entities"][0]["fields"];
  const auto of = [&](const char* name) {
    for (const json& field : fields)
      if (field["field"] == name) return field;
    return json();
  };
  EXPECT_EQ(of("fullName")["filled"], 2);
  EXPECT_EQ(of("fullName")["longest"], 3);
  EXPECT_EQ(of("email")["blank"], 1);
  EXPECT_EQ(of("email")["invalid"], 1);
  EXPECT_EQ(of("email")["distinct"], 1);
  told({"profile", "CRM"}, 1);
  hub.start();
}

TEST_F(Curation, AShadowRunWritesToNobody) {
  hub.set("hub.shadow", "true");
  hub.start();
  ASSERT_TRUE(captured());
  edit("insert into clients (account_no, full_name) values ('C-1', 'Ann')");
  ASSERT_TRUE(eventually([&] { return hub.get("/api/records/client/C-1").status == 200; }));
  ASSERT_EQ(hub.sync({{"source", "CRM"}, {"externalId", "C-1"}, {"version", 9}, {"fullName", "Anna"}}).status, 200);
  EXPECT_EQ(hub.get("/readyz").json().at("shadow"), true);
  EXPECT_EQ(hub.get("/api/outbound?source=ERP").status, 409);
  EXPECT_EQ(hub.stop(), 0);
  EXPECT_EQ(local("select full_name from clients"), "Ann");
  hub.set("hub.shadow", "false");
  hub.start();
  EXPECT_TRUE(eventually([&] { return local("select full_name from clients") == "Anna"; })) << "live, it goes out";
}

TEST_F(Curation, APlanChangesNothingAnywhere) {
  edit("insert into clients (account_no, full_name) values ('C-1', 'Ann'), ('C-2', 'Bob')");
  hub.set("sources.LocalDB.pull.every", "1h");
  const auto schema = local("select group_concat(name) from sqlite_master");
  const json first = told({"plan", "--source", "LocalDB"}, 3);
  EXPECT_EQ(first["entities"]["client"]["created"], 2);
  EXPECT_EQ(first["targets"]["CRM"]["created"], 2);
  EXPECT_EQ(local("select group_concat(name) from sqlite_master"), schema) << "not even the outbox is installed";
  EXPECT_FALSE(hub.has_store()) << "there was no store, and there is none";

  hub.start();
  ASSERT_TRUE(eventually([&] { return hub.get("/api/records/client/C-2").status == 200; }));
  EXPECT_EQ(told({"plan", "--source", "LocalDB"}, 0)["entities"]["client"]["same"], 2) << "beside the running hub";
  edit("update clients set full_name = 'Robert' where account_no = 'C-2'");
  const json change = told({"plan", "--source", "LocalDB"}, 3);
  EXPECT_EQ(change["examples"][0]["fields"]["fullName"], json({{"from", "Bob"}, {"to", "Robert"}}));
  EXPECT_EQ(hub.record("client", "C-2").at("fields").at("fullName"), "Bob");
  told({"plan", "--source", "CRM"}, 1);  // it has no plugin
  EXPECT_EQ(told({"plan"}, 0)["changes"], false);
  EXPECT_EQ(told({"resync"})["changed"], 0);
}

}  // namespace

}  // namespace tests::integration
