#include "plugins/localdb/tests/client_database.hpp"

#include <sys/resource.h>

#include <map>

namespace localdb::tests {
namespace {

using Texts = std::vector<std::string>;

TEST_F(ClientDatabase, LoadsWhatIsThereAndThenWhatChanges) {
  application.run("INSERT INTO client(number, name) VALUES('C-1', 'Ada'), ('C-2', 'Bo');");
  Page page = host.pull("client");
  EXPECT_EQ(page.texts(), (Texts{R"(upsert 1 {"email":null,"name":"Ada","number":"C-1"})",
                                 R"(upsert 2 {"email":null,"name":"Bo","number":"C-2"})"}));
  EXPECT_TRUE(host.pull("client", page.cursor).changes.empty());
  EXPECT_EQ(host.pull("client", page.cursor).cursor, page.cursor) << "an idle pull costs the hub nothing";
}

TEST_F(ClientDatabase, LosesNothingThatHappensWhileItLoads) {
  application.run("INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'a'), (2, 'C-2', 'b'), (5, 'C-5', 'e');");
  Page page = host.pull("client", "", 2);
  EXPECT_EQ(page.changes.size(), 2U);
  application.run(
      "UPDATE client SET name = 'A' WHERE id = 1; DELETE FROM client WHERE id = 2;"
      "INSERT INTO client(id, number, name) VALUES(0, 'C-0', 'zero'), (4, 'C-4', 'd'); UPDATE client SET name = 'E' "
      "WHERE id = 5;");
  std::map<std::string, std::string> last;
  for (int i = 0; i < 20; ++i) {
    page = host.pull("client", page.cursor, 2);
    EXPECT_LE(page.changes.size(), 2U);
    for (const Change& change : page.changes) last[change.key] = change.text();
  }
  EXPECT_EQ(last["1"], R"(upsert 1 {"name":"A","number":"C-1"})");
  EXPECT_TRUE(last["2"].starts_with("delete 2"));
  EXPECT_NE(last["0"].find("zero"), std::string::npos);
  EXPECT_NE(last["4"].find("\"d\""), std::string::npos);
  EXPECT_NE(last["5"].find("\"E\""), std::string::npos);
}

TEST_F(ClientDatabase, SnapshotsGiveRowsAsTheyAre) {
  application.run(
      "INSERT INTO client(number, name) VALUES('C-1', 'a'), ('C-2', 'b'), ('C-3', 'c');"
      "DELETE FROM client WHERE id = 2; UPDATE client SET name = 'z' WHERE id = 3;");
  Texts all;
  std::string at;
  for (int i = 0; i < 4; ++i) {
    const Page page = host.pull("client", at, 1, true);
    at = page.cursor;
    for (const std::string& text : page.texts()) all.push_back(text);
  }
  EXPECT_EQ(all, (Texts{R"(upsert 1 {"email":null,"name":"a","number":"C-1"})",
                        R"(upsert 3 {"email":null,"name":"z","number":"C-3"})"}));
}

TEST_F(ClientDatabase, StartsAgainFromACursorThatIsNotItsOwn) {
  application.run("INSERT INTO client(number) VALUES('C-1');");
  for (const char* strange : {"v0:17", "snapshot:i1", "log:"}) {
    const Page page = host.pull("client", strange);
    EXPECT_EQ(page.status, SYNCLINE_OK) << strange;
    EXPECT_EQ(page.changes.size(), 1U) << strange;
  }
}

TEST_F(ClientDatabase, RefusesATableThatIsNotMapped) {
  const Page page = host.pull("clint");
  EXPECT_EQ(page.status, SYNCLINE_UNSUPPORTED);
  EXPECT_NE(page.message.find("did you mean 'client'"), std::string::npos) << page.message;
}

TEST(Pull, ForgetsWhatTheHubHasAndReadsAgainWhatItMissed) {
  const Application application(kClientSchema);
  Host host(settings_of(application, kClientMapping, R"(, "keep_captured_hours": 0)"));
  set_up(host);
  const std::string first = host.pull("client").cursor;
  application.run("INSERT INTO client(number) VALUES('C-1'), ('C-2');");
  const std::string second = host.pull("client", first).cursor;
  const auto outbox = [&] { return application.run("SELECT count(*) FROM syncline_outbox_client;"); };
  EXPECT_EQ(outbox(), "2") << "the hub has not confirmed yet";
  EXPECT_TRUE(host.pull("client", second).changes.empty());
  EXPECT_EQ(outbox(), "0");
  EXPECT_TRUE(host.pull("client", second).changes.empty()) << "an empty outbox is no gap";
  EXPECT_TRUE(host.log.empty());

  // A hub that was put back from a backup comes with an old cursor.
  const Page again = host.pull("client", first);
  EXPECT_EQ(again.changes.size(), 2U);
  EXPECT_EQ(again.cursor, second);
  EXPECT_EQ(host.log.size(), 1U);

  // So does one whose database file was replaced by an older one, or whose counters somebody has reset.
  application.run("DELETE FROM sqlite_sequence;");
  EXPECT_EQ(host.pull("client", second).changes.size(), 2U);
}

TEST(Pull, KeepsWhatTheHubHasForADay) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  set_up(host);
  const std::string first = host.pull("client").cursor;
  application.run("INSERT INTO client(number) VALUES('C-1'); DELETE FROM client;");
  const std::string second = host.pull("client", first).cursor;
  (void)host.pull("client", second);
  EXPECT_EQ(host.pull("client", first).changes.size(), 2U) << "with the delete";
  application.run("UPDATE syncline_outbox_client SET at_ms = at_ms - 25 * 3600000;");
  (void)host.pull("client", second);
  EXPECT_EQ(application.run("SELECT count(*) FROM syncline_outbox_client;"), "0");
}

TEST(Pull, ForgetsInBoundedSteps) {
  const Application application(kClientSchema);
  Host host(settings_of(application, kClientMapping, R"(, "keep_captured_hours": 0)"));
  set_up(host);
  const std::string first = host.pull("client").cursor;
  application.run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
      "INSERT INTO client(number) SELECT 'C-' || i FROM n;");
  std::string at = host.pull("client", first, 10'000).cursor;
  const char* expected[] = {"3990", "2980", "1970", "960", "0", "0"};
  for (const char* left : expected) {
    at = host.pull("client", at, 10).cursor;
    EXPECT_EQ(application.run("SELECT count(*) FROM syncline_outbox_client;"), left);
  }
}

TEST(Pull, DoesNotWaitToForget) {
  const Application application(kClientSchema);
  Host host(settings_of(application, kClientMapping, R"(, "keep_captured_hours": 0)"));
  set_up(host);
  application.run("INSERT INTO client(number) VALUES('C-1');");
  const std::string at = host.pull("client").cursor;
  // The second process holds the write lock until the first one, which runs inside it, has ended.
  application.run("BEGIN IMMEDIATE;\n.shell true\n");
  const Page page = host.pull("client", at);
  EXPECT_EQ(page.status, SYNCLINE_OK) << page.message;
}

TEST(Pull, OpensTheFileThatLiesThereNow) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  set_up(host);
  const std::string at = host.pull("client").cursor;
  application.run("PRAGMA wal_checkpoint(TRUNCATE); VACUUM INTO '" + application.file() + ".copy';");
  std::filesystem::rename(application.file() + ".copy", application.file());
  std::filesystem::remove(application.file() + "-wal");
  std::filesystem::remove(application.file() + "-shm");
  application.run("INSERT INTO client(number) VALUES('C-1');");
  EXPECT_EQ(host.pull("client", at).changes.size(), 1U);
}

TEST(Pull, LoadsAHundredThousandRowsInBoundedMemory) {
  const Application application(kClientSchema);
  application.run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
      "INSERT INTO client(number, name, email) SELECT 'C-' || i, printf('%.*c', 200, 'n'), printf('%.*c', 200, 'e') "
      "FROM n;");
  Host host(settings_of(application));
  set_up(host);
  const auto peak_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  std::string at = host.pull("client", "", 500).cursor;
  const long before = peak_kib();
  std::size_t rows = 500;
  for (std::size_t got = 500; got == 500; rows += got) {
    const Page page = host.pull("client", at, 500);
    ASSERT_EQ(page.status, SYNCLINE_OK) << page.message;
    got = page.changes.size();
    at = page.cursor;
  }
  EXPECT_EQ(rows, 100'000U);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what is freed
  EXPECT_LT(peak_kib() - before, 16 * 1024) << "the load is 40 MiB of text";
#else
  static_cast<void>(before);
#endif
}

}  // namespace
}  // namespace localdb::tests
