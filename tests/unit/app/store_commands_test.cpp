#include "hub/store/lock.hpp"
#include "tests/support/hub_binary.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/unit/app/fixture.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

using nlohmann::json;
using tests::app::Installation;

constexpr const char* kClient = R"({"externalId":"C1","source":"CRM","version":1,"fullName":"Ann"})";

TEST(StoreCommands, MigrateMakesAPrivateFolderAndTheStore) {
  const Installation here;
  const auto made = here.syncline({"migrate"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.out.find("was made and is at schema version"), std::string::npos) << made.out;
  struct stat data {};
  ASSERT_EQ(::stat(here.data().c_str(), &data), 0);
  EXPECT_EQ(data.st_mode & 0777U, 0700U);
  EXPECT_NE(here.syncline({"migrate"}).out.find("already"), std::string::npos);
}

TEST(StoreCommands, MigrateRefusesBesideAHub) {
  const Installation here;
  here.apply({kClient});
  const hub::store::DataLock lock(here.data());
  const auto said = here.syncline({"migrate"});
  EXPECT_EQ(said.code, 3);
  EXPECT_NE(said.err.find("is held by another hub"), std::string::npos) << said.err;
}

TEST(StoreCommands, AuditWorksBesideAHub) {
  const Installation here;
  here.apply({kClient});
  const hub::store::DataLock lock(here.data());
  const auto said = here.syncline({"audit"});
  EXPECT_EQ(said.code, 0) << said.err << said.out;
  EXPECT_EQ(said.out, "the books balance: 1 change acknowledged, 1 deliveries created, every one accounted for\n");
}

TEST(StoreCommands, AuditShowsTheDifference) {
  const Installation here;
  here.apply({kClient});
  tests::support::sqlite(here.data() / "hub.db", "update counters set value = value + 2 where name = 'acknowledged'");
  const auto said = here.syncline({"audit"});
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_NE(said.out.find("acknowledged_is_sum_of_states"), std::string::npos) << said.out;
  const auto as_json = here.syncline({"audit", "--json"});
  EXPECT_EQ(as_json.code, 1);
  const json books = json::parse(as_json.out);
  EXPECT_EQ(books["ok"], false);
  ASSERT_EQ(books["findings"].size(), 1U);
  EXPECT_EQ(books["findings"][0]["subject"], "CRM");
  EXPECT_EQ(books["findings"][0]["expected"], 3);
  EXPECT_EQ(books["findings"][0]["found"], 1);
}

TEST(StoreCommands, SayThatThereIsNoStoreYet) {
  const Installation here;
  for (const char* command : {"audit", "status"}) {
    const auto said = here.syncline({command});
    EXPECT_EQ(said.code, 3) << command;
    EXPECT_NE(said.err.find("there is no store in"), std::string::npos) << said.err;
  }
  EXPECT_FALSE(std::filesystem::exists(here.data()));
}

/// A store that cannot be used, what the commands say to it, and the exit code.
struct Unusable {
  std::string url;
  int code;
  std::vector<std::string> words;
};

TEST(StoreCommands, SayWhatToDoAboutAStoreThatCannotBeUsed) {
  using tests::support::psql;
  const tests::support::PostgresSchema stranger, newer, empty;
  const tests::support::PostgresRole role;
  psql(stranger.url(), "create table counters (id integer)");
  hub::base::SystemClock clock;
  static_cast<void>(hub::store::Store({hub::store::Location::postgresql(newer.url()), true}, clock));
  psql(newer.url(), "insert into schema_version values (999, 'from the future', 0)");
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string url = empty.url();
    return url.replace(url.find(what), what.size(), by);
  };
  const Unusable all[] = {
      {"mysql://app:secret@db/syncline", 2, {"postgresql://"}},
      {"postgresql://app:secret@db:99999/syncline", 2, {"port is none"}},
      {"postgresql://app:secret@db/syncline?sslmod=require", 2, {"sslmod", "did you mean sslmode?"}},
      {"postgresql://app:secret@127.0.0.1:1/syncline", 3, {"127.0.0.1:1", "Connection refused", "listen_addresses"}},
      {with(":secret@", ":secret2@"), 3, {"password authentication failed", "alter role \"syncline\" password"}},
      {with("/postgres?", "/nowhere?"), 3, {"create database \"nowhere\" owner \"syncline\";"}},
      {role.in(empty.url()), 3, {"grant usage on schema"}},
      {stranger.url(), 3, {"counters", "is none of Syncline's", "options=-csearch_path"}},
      {newer.url(), 3, {"999", "run the newer binary"}},
  };
  const Installation here;
  here.apply({kClient});  // a store to copy
  for (const Unusable& one : all) {
    for (const char* command : {"run", "status", "migrate", "audit", "check-config", "store copy"}) {
      std::vector<std::string> words{tests::support::syncline_binary().string(), command};
      if (command == std::string_view("store copy")) {
        words.back() = "store";
        words.insert(words.end(), {"copy", "--from", "sqlite:" + (here.data() / "hub.db").string(), "--to", one.url});
      } else {
        if (command == std::string_view("check-config") && one.code != 2) continue;  // it connects nothing
        words.insert(words.end(), {"--config", here.config_file(), "--set", "hub.store=" + one.url});
      }
      const auto said = tests::support::run(words);
      const std::string where = std::string(command) + " on " + one.url + ": " + said.err;
      EXPECT_EQ(said.exit_code, one.code) << where;
      EXPECT_EQ(said.out, "") << where;
      EXPECT_EQ(said.err.find("secret"), std::string::npos) << where;
      if (command == std::string_view("store copy") && &one == &all[std::size(all) - 1]) {
        EXPECT_NE(said.err.find("there is a store in"), std::string::npos) << where;
        continue;
      }
      for (const std::string& word : one.words) EXPECT_NE(said.err.find(word), std::string::npos) << where;
    }
  }
}

}  // namespace
