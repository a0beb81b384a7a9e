#include "hub/store/lock.hpp"
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

}  // namespace
