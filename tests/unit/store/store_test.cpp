#include "hub/store/store.hpp"

#include "hub/store/schema.hpp"
#include "hub/store/sources.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/store_place.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace hub::store {

namespace {

class StoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open(bool durable = true) {
    return std::make_unique<Store>(StoreOptions{place_.location(), durable}, clock_);
  }
  static void count_one(Session& session) {
    session.add("add_counter", {"S", "n", 1});
    session.flush("add_counter");
  }

  tests::support::StorePlace place_;
  tests::support::FakeClock clock_;
};

TEST_F(StoreTest, IsMadeAndThenFoundAgain) {
  open()->write(count_one);
  open()->read([this](Session& session) {
    EXPECT_EQ(load_counter(session, "S", "n"), 1);
    EXPECT_EQ(schema_version(session, place_.location()), latest_schema_version());
  });
}

TEST_F(StoreTest, ANewerSchemaIsRefusedByName) {
  static_cast<void>(open());
  place_.sql("insert into schema_version values (999, 'from the future', 0)");
  try {
    static_cast<void>(open());
    FAIL();
  } catch (const StoreError& e) {
    EXPECT_EQ(e.kind(), StoreErrorKind::kUnavailable);
    EXPECT_NE(std::string(e.what()).find("999"), std::string::npos) << e.what();
  }
}

TEST(StoreOnSqlite, AFileThatIsNoStoreIsRefused) {
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  EXPECT_THROW(Store({folder.write("hub.db", std::string(5000, 'x')), true}, clock), StoreError);
}

TEST_F(StoreTest, AWriteAheadCanBeReadAtOnceAndSyncedLater) {
  const auto store = open();
  const auto first = store->write_ahead([](Session& session) { return (count_one(session), 7); });
  EXPECT_EQ(first.value, 7);
  store->read([](Session& session) { EXPECT_EQ(load_counter(session, "S", "n"), 1); });
  const auto second = store->write_ahead([](Session& session) { return (count_one(session), 8); });
  EXPECT_LT(first.commit, second.commit);
  store->sync(second.commit);
  store->sync(first.commit);
  EXPECT_TRUE(store->healthy());
}

TEST(StoreOnSqlite, TheLogIsMovedIntoTheFileAsItGrows) {
  const tests::support::TempDir folder;
  const tests::support::FakeClock clock;
  Store store({folder / "hub.db", false}, clock);
  const std::string big(4000, 'x');
  for (int n = 0; n < 40; ++n)
    store.write([&](Session& session) {
      for (int i = 0; i < 1000; ++i) put_cursor(session, std::to_string(i), std::to_string(n % 10), big, n);
    });
  EXPECT_GT(std::filesystem::file_size(folder / "hub.db"), 30'000'000U);
  EXPECT_LT(std::filesystem::file_size(folder / "hub.db-wal"), 201'326'592U);
}

}  // namespace

}  // namespace hub::store
