#include "tests/integration/hub_process.hpp"
#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"

#include <fstream>

namespace tests::integration {

namespace {

using nlohmann::json;
using support::eventually;

const std::string kWithExport = R"(
hub: {name: test, listen: "127.0.0.1:0"}
entities:
  client:
    fields: {firstName: {}, lastName: {}, fullName: {template: "{firstName} {lastName}"}}
sources:
  CRM: {priority: 1, entities: {client: {}}}
  Export:
    priority: 2
    plugin: table_file
    pull: {every: 50ms, limit: 10}
    settings: {path: "."}
    entities:
      client: {key: no, fields: {firstName: first, lastName: last, fullName: name}, constants: {channel: hub}}
)";

/// A source that can only show all its rows.
class Export : public HubTest {
 protected:
  Export() : HubTest(kWithExport) {
    hub.set("sources.Export.settings.path", hub.folder().string());
    for (int i = 100; i < 150; ++i)
      rows[std::to_string(i)] = {{"no", "C-" + std::to_string(i)}, {"first", "Ann"}, {"last", std::to_string(i)}};
  }
  /// Puts `content` in the place of the export, as a whole.
  void publish(const std::string& content) {
    const auto file = hub.folder() / "client.json";
    std::ofstream(file.string() + ".part") << content;
    std::filesystem::rename(file.string() + ".part", file);
  }
  void publish() { publish(rows.dump()); }
  void start() {
    publish();
    hub.start();
    ASSERT_TRUE(there_are(rows.size())) << hub.process().err();
    come_to_rest();
  }
  /// Waits until the hub has nothing to write into the export: it and a test would write over each other.
  void come_to_rest() {
    ASSERT_TRUE(
        eventually([&] { return hub.value("select count(*) from outbound_changes where target = 'Export'") == "0"; }));
  }
  bool there_are(std::size_t records) {
    return eventually([&] {
      return hub.value("select count(*) from canonical_records where deleted = 0") == std::to_string(records);
    });
  }
  /// Waits until a snapshot that began after now has ended, well or not.
  void another() {
    const auto run = [&] { return std::stoi(hub.value("select run from snapshots where source = 'Export'")); };
    const int now = run();
    ASSERT_TRUE(eventually([&] { return run() > now + 1; }));
  }
  json source() { return hub.get("/api/sources/Export").json(); }
  int held() { return source().at("heldDeletes"); }
  bool are_held(int deletes) {
    return eventually([&] { return held() == deletes; });
  }

  json rows = json::object();
};

TEST_F(Export, RowsThatAreGoneAreDeletedAndTheOthersAreNotSaidAgain) {
  start();
  EXPECT_EQ(hub.record("client", "C-100").at("fields").at("fullName"), "Ann 100");
  rows.erase("100");
  rows["101"]["first"] = "Eve";
  publish();
  EXPECT_TRUE(there_are(49));
  EXPECT_EQ(hub.get("/api/records/client/C-100").status, 410);
  EXPECT_TRUE(eventually([&] { return hub.record("client", "C-101").at("fields").at("fullName") == "Eve 101"; }));
  another();
  EXPECT_EQ(source().at("counters").at("acknowledged"), 52);
}

TEST_F(Export, AnExportThatCannotBeReadDeletesNothing) {
  start();
  publish("{\"149\": {\"no\": \"C-149\"}");  // cut off
  EXPECT_TRUE(eventually([&] { return hub.process().err().find("pulling client failed") != std::string::npos; }));
  EXPECT_TRUE(there_are(50));
  EXPECT_EQ(held(), 0);
}

TEST_F(Export, AKilledSnapshotDeletesNothing) {
  start();
  ASSERT_EQ(hub.stop(), 0);
  rows.erase("149");
  publish();
  for (int hit = 1; hit <= 6; ++hit) {
    hub.launch({{"SYNCLINE_FAILPOINTS", "pull.emitted=kill@" + std::to_string(hit)}});
    static_cast<void>(hub.process().wait(std::chrono::seconds{20}));
    EXPECT_EQ(hub.audit(), "") << hit;
    const auto deleted = hub.value("select count(*) from canonical_records where deleted = 1");
    EXPECT_EQ(hub.value("select count(*) from canonical_records where deleted = 1 and external_id <> 'C-149'"), "0")
        << hit;
    if (deleted == "1") break;
  }
  hub.start();
  EXPECT_TRUE(there_are(49));
}

TEST_F(Export, AnEmptyOneIsHeldUntilARowIsBackOrAPersonApproves) {
  hub.set("sources.Export.pull.max_deletes.count", "1000");
  hub.set("sources.Export.pull.limit",
          "100");  // one page: the export is replaced between two snapshots, not within one
  start();
  const json full = rows;
  rows = json::object();
  publish();
  ASSERT_TRUE(are_held(50));
  hub.restart();
  another();
  EXPECT_EQ(held(), 50) << "neither a restart nor another snapshot is an approval";
  rows["120"] = full.at("120");
  publish();
  ASSERT_TRUE(are_held(49));
  const auto done = hub.syncline({"sources", "approve-deletes", "Export", "--max", "10"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.out.find("39 are held"), std::string::npos) << done.out;
  EXPECT_TRUE(there_are(40));
  EXPECT_EQ(hub.syncline({"sources", "approve-deletes", "Export"}).exit_code, 0);
  EXPECT_TRUE(there_are(1));
  EXPECT_EQ(hub.get("/api/records/client/C-120").status, 200);
}

TEST_F(Export, AnApprovalStandsOverARestart) {
  hub.set("sources.Export.pull.max_deletes.percent", "1");
  hub.set("sources.Export.pull.max_deletes.count", "1");
  start();
  EXPECT_EQ(hub.post("/api/sources/Export/approve-deletes", R"({"max": 0})").status, 400);
  EXPECT_EQ(hub.post("/api/sources/Export/approve-deletes", R"({"for": "soon"})").status, 400);
  EXPECT_EQ(hub.post("/api/sources/Export/approve-deletes", "").status, 409) << "nothing is held";
  const auto approved = hub.post("/api/sources/Export/approve-deletes", R"({"max": 12, "for": "2h"})");
  ASSERT_EQ(approved.status, 200) << approved.body;
  EXPECT_EQ(approved.json().at("deleteApproval").at("remaining"), 12);
  hub.restart();
  for (int i = 100; i < 110; ++i) rows.erase(std::to_string(i));
  publish();
  EXPECT_TRUE(there_are(40));
  EXPECT_EQ(source().at("deleteApproval").at("remaining"), 2);
  EXPECT_NE(hub.syncline({"sources", "list"}).out.find("ok, 2 deletes approved"), std::string::npos);
  for (int i = 110; i < 120; ++i) rows.erase(std::to_string(i));
  publish();
  EXPECT_TRUE(are_held(8));
  EXPECT_TRUE(there_are(38));
  EXPECT_FALSE(source().contains("deleteApproval")) << "it is used up";
}

TEST_F(Export, ANewRowGetsItsConstantsAndNothingComesBack) {
  start();
  hub.sync({{"source", "CRM"}, {"entity", "client"}, {"externalId", "X-1"}, {"fields", {{"firstName", "Bo"}}}});
  const auto row = [&]() -> json {
    const json now = json::parse(std::ifstream(hub.folder() / "client.json"));
    for (const json& each : now)
      if (each.value("no", "") == "X-1") return each;
    return {};
  };
  ASSERT_TRUE(eventually([&] { return !row().is_null(); }));
  EXPECT_EQ(row(), json({{"no", "X-1"}, {"first", "Bo"}, {"name", "Bo"}, {"channel", "hub"}}));
  another();
  EXPECT_EQ(source().at("counters").at("acknowledged"), 50) << "its own write is no edit";
  EXPECT_EQ(hub.value("select count(*) from outbound_changes where target = 'Export'"), "0");
}

/// A source that tells its changes can be asked for a snapshot as well: it finds what the changes did not tell.
class AskedForASnapshot : public HubTest {
 protected:
  AskedForASnapshot() : HubTest(kWithLocalDb) {}
};

TEST_F(AskedForASnapshot, ItFindsDeletesThatNobodyTold) {
  create_local_tables(hub.local_db());
  hub.start();
  const auto there_are = [&](const char* records) {
    return eventually([&] { return hub.value("select count(*) from canonical_records where deleted = 0") == records; });
  };
  ASSERT_TRUE(eventually([&] { return hub.value("select count(*) from pull_cursors") == "2"; }));
  LocalFile local(hub.local_db());
  local.run("insert into clients (account_no, full_name) values ('C-1', 'Ann'), ('C-2', 'Bob'), ('C-3', 'Cid')");
  ASSERT_TRUE(there_are("3"));
  local.run("begin; delete from clients where account_no = 'C-2'; delete from syncline_outbox_clients; commit");
  EXPECT_EQ(hub.post("/api/sources/CRM/resync", R"({"snapshot": true})").status, 409) << "nobody pulls there";
  EXPECT_EQ(hub.post("/api/sources/LocalDB/resync", R"({"snapshot": 1})").status, 400);
  const auto asked = hub.syncline({"sources", "resync", "LocalDB", "--snapshot"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_TRUE(there_are("2"));
  EXPECT_EQ(hub.get("/api/records/client/C-2").status, 410);
  EXPECT_TRUE(eventually([&] { return hub.value("select count(*) from snapshot_rows") == "0"; }))
      << "what it has seen is not needed any more";
}

}  // namespace

}  // namespace tests::integration
