#include "plugins/localdb/tests/server_database.hpp"

#include <sys/resource.h>

#include <atomic>
#include <map>
#include <thread>

namespace localdb::tests {
namespace {

using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

class ServerPull : public ServerDatabase {
 protected:
  std::string numbers(int count) const {
    return postgresql_ ? "SELECT i AS n FROM generate_series(1, " + std::to_string(count) + ") i"
                       : "SELECT seq AS n FROM seq_1_to_" + std::to_string(count);
  }
  const bool postgresql_ = GetParam() == Server::kPostgresql;
};
LOCALDB_ON_EVERY_SERVER(ServerPull);

TEST_P(ServerPull, LoadsWhatIsThereAndThenWhatChanges) {
  application.run("INSERT INTO client(number, name) VALUES('C-1', 'Ada'), ('C-2', 'Bo')");
  const Page page = host.pull("client");
  EXPECT_EQ(page.texts(), (Texts{R"(upsert 1 {"email":null,"name":"Ada","number":"C-1"})",
                                 R"(upsert 2 {"email":null,"name":"Bo","number":"C-2"})",
                                 R"(upsert 1 {"email":null,"name":"Ada","number":"C-1"})",
                                 R"(upsert 2 {"email":null,"name":"Bo","number":"C-2"})"}))
      << "what was captured before the load comes once more: it had no number yet";
  EXPECT_TRUE(host.pull("client", page.cursor).changes.empty());
  EXPECT_EQ(host.pull("client", page.cursor).cursor, page.cursor) << "an idle pull costs the hub nothing";
}

TEST_P(ServerPull, LosesNothingThatHappensWhileItLoads) {
  application.run("INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'a'), (2, 'C-2', 'b'), (5, 'C-5', 'e')");
  Page page = host.pull("client", "", 2);
  EXPECT_EQ(page.changes.size(), 2U);
  application.run(
      "UPDATE client SET name = 'A' WHERE id = 1; DELETE FROM client WHERE id = 2;"
      "INSERT INTO client(id, number, name) VALUES(-1, 'C-0', 'zero'), (4, 'C-4', 'd');"
      "UPDATE client SET name = 'E' WHERE id = 5");
  std::map<std::string, std::string> last;
  for (int i = 0; i < 20; ++i) {
    page = host.pull("client", page.cursor, 2);
    EXPECT_LE(page.changes.size(), 2U);
    for (const Change& change : page.changes) last[change.key] = change.text();
  }
  EXPECT_NE(last["1"].find("\"A\""), std::string::npos) << last["1"];
  EXPECT_TRUE(last["2"].starts_with("delete 2"));
  EXPECT_NE(last["-1"].find("zero"), std::string::npos);
  EXPECT_NE(last["4"].find("\"d\""), std::string::npos);
  EXPECT_NE(last["5"].find("\"E\""), std::string::npos);
}

TEST_P(ServerPull, KeepsWhatTheHubHasAndForgetsItLater) {
  const std::string first = cursor;
  application.run("INSERT INTO client(number) VALUES('C-1'), ('C-2'); DELETE FROM client WHERE number = 'C-2'");
  const std::string second = host.pull("client", first).cursor;
  (void)host.pull("client", second);
  EXPECT_EQ(host.pull("client", first).changes.size(), 2U) << "a hub that was put back from a backup goes on from it";
  Host forgetful(server_settings(application, kServerMapping, R"(, "wait_ms": 0, "keep_captured_hours": 0)"));
  (void)forgetful.pull("client", second);
  EXPECT_TRUE(forgetful.pull("client", second).changes.empty()) << "an empty outbox is no gap";
  const Page again = forgetful.pull("client", first);
  EXPECT_EQ(again.changes.size(), 1U) << "the table is read again";
  EXPECT_EQ(again.cursor, second);
  ASSERT_EQ(forgetful.log.size(), 1U);
  EXPECT_NE(forgetful.log[0].find("the whole table is read again"), std::string::npos);
}

TEST_P(ServerPull, TellsOfARowThatWasWrittenOftenOnce) {
  application.run("INSERT INTO client(id, number) VALUES(1, 'C-1')");
  for (int i = 0; i < 30; ++i)
    application.run("UPDATE client SET " + std::string(i % 2 == 0 ? "name" : "email") + " = 'v" + std::to_string(i) +
                    "' WHERE id = 1");
  EXPECT_EQ(pull(), (Texts{R"(upsert 1 {"email":"v29","name":"v28","number":"C-1"})"}));
}

TEST_P(ServerPull, WaitsForAWriteAndHearsOfItAtOnce) {
  Host waiting(server_settings(application, kServerMapping, R"(, "wait_ms": 20000)"));
  const std::string at = read_all(waiting, "client");
  std::atomic<bool> writing{false};
  std::chrono::steady_clock::time_point written;
  std::thread writer([&] {
    const auto session = application.connect();
    std::this_thread::sleep_for(300ms);
    session->run("INSERT INTO client(number) VALUES('C-1')");
    written = std::chrono::steady_clock::now();
    writing = true;
  });
  const Page page = waiting.pull("client", at);
  const auto heard = std::chrono::steady_clock::now();
  writer.join();
  EXPECT_TRUE(writing);
  EXPECT_EQ(page.changes.size(), 1U);
  EXPECT_LT(heard - written, 5s) << "not when the time was over";
}

TEST_P(ServerPull, EndsItsWaitWhenItIsTold) {
  Host waiting(server_settings(application, kServerMapping, R"(, "wait_ms": 30000)"));
  const std::string at = read_all(waiting, "client");
  const auto begun = std::chrono::steady_clock::now();
  waiting.cancelled = [&] { return std::chrono::steady_clock::now() - begun > 300ms; };
  (void)waiting.pull("client", at);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_P(ServerPull, LoadsManyRowsInBoundedMemoryWhileTheyChange) {
  const bool all = std::getenv("SYNCLINE_LONG") != nullptr;
  const int count = all ? 1'000'000 : 20'000;
  application.run("INSERT INTO client(id, number, name) SELECT n, CONCAT('C-', n), REPEAT('n', 150) FROM (" +
                  numbers(count) + ") x");
  Host fresh(server_settings(application));
  const auto peak_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  std::atomic<bool> done{false};
  std::thread writer([&] {
    const auto session = application.connect();
    for (int i = 1; !done; ++i)
      session->run("UPDATE client SET email = 'live' WHERE id = " + std::to_string(i * 37 % count));
  });
  std::string at = fresh.pull("client", "", 500).cursor;
  const long before = peak_kib();
  std::map<std::string, bool> live;
  std::size_t rows = 500;
  for (int pages = 0; rows < static_cast<std::size_t>(count); ++pages) {
    const Page page = fresh.pull("client", at, 500);
    ASSERT_EQ(page.status, SYNCLINE_OK) << page.message;
    rows += page.changes.size();
    at = page.cursor;
    if (pages % 7 == 6) at = fresh.pull("client", at, 1).cursor;  // goes on anywhere
    for (const Change& change : page.changes)
      if (change.body.find("live") != std::string::npos) live[change.key] = true;
  }
  done = true;
  writer.join();
  for (std::string last = "none"; last != at;) {
    const Page page = fresh.pull("client", last = at, 500);
    at = page.cursor;
    for (const Change& change : page.changes)
      if (change.body.find("live") != std::string::npos) live[change.key] = true;
  }
  EXPECT_EQ(std::to_string(live.size()), application.rows("SELECT COUNT(*) FROM client WHERE email = 'live'"));
  EXPECT_LT(peak_kib() - before, 32 * 1024);
}

TEST_P(ServerPull, SnapshotsGiveRowsAsTheyAre) {
  application.run(
      "INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'a'), (2, 'C-2', 'b'), (3, 'C-3', 'c');"
      "DELETE FROM client WHERE id = 2; UPDATE client SET name = 'z' WHERE id = 3");
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

TEST_P(ServerPull, TellsValuesExactly) {
  application.run(postgresql()
                      ? "CREATE TABLE v(id int PRIMARY KEY, big bigint, exact numeric(40, 10), real double precision, "
                        "small real, born date, at timestamp, u numeric)"
                      : "CREATE TABLE v(id INT PRIMARY KEY, big BIGINT, exact DECIMAL(40, 10), `real` DOUBLE, small "
                        "FLOAT, born DATE, at DATETIME(6), u BIGINT UNSIGNED)");
  Host values(server_settings(application, R"("v": {"fields": ["at", "big", "born", "exact", "real", "small", "u"]})"));
  install(values);
  const std::string at = read_all(values, "v");
  application.run(
      "INSERT INTO v VALUES(1, -9223372036854775808, 123456789012345678901234567890.0123456789, "
      "0.30000000000000004, 0.1, '2026-01-31', '2026-01-31 09:30:00.123456', 18446744073709551615)");
  EXPECT_EQ(
      values.pull("v", at).texts(),
      (Texts{R"(upsert 1 {"at":"2026-01-31T09:30:00.123456Z","big":-9223372036854775808,"born":"2026-01-31",)"
             R"("exact":"123456789012345678901234567890.0123456789","real":0.30000000000000004,"small":0.1,"u":)" +
             std::string(postgresql() ? R"("18446744073709551615"})" : "18446744073709551615}")}));
}

}  // namespace
}  // namespace localdb::tests
