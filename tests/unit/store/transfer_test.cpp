#include "hub/store/transfer.hpp"

#include "hub/store/journal.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/store_place.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hub::store {

namespace {

/// A store with rows of both types, nulls, and more of them than are copied at once.
class TransferTest : public testing::Test {
 protected:
  TransferTest() {
    Store({from_, true}, clock_).write([](Session& session) {
      for (int seq = 1; seq <= 2500; ++seq) {
        JournalRow row;
        row.at = {"CRM", seq};
        row.key = {"client", "C-" + std::to_string(seq)};
        row.change_id = seq % 2 == 0 ? "it's \"" + std::to_string(seq) : "";
        row.body = "{\"fullName\":\"\\u0000 \\n ß\"}";
        add_journal(session, row);
      }
      flush_journal(session);
      put_cursor(session, "CRM", "client", "9007199254740993", 9007199254740993);
    });
  }

  tests::support::TempDir folder_;
  tests::support::FakeClock clock_;
  Location from_{folder_ / "from.db"};
  tests::support::StorePlace to_;
};

TEST_F(TransferTest, CopiesEveryRowAndSaysSo) {
  const auto sums = copy_store(from_, to_.location(), clock_);
  const auto journal =
      std::find_if(sums.begin(), sums.end(), [](const auto& sum) { return sum.table == "source_records"; });
  ASSERT_NE(journal, sums.end());
  EXPECT_EQ(journal->rows, 2500);
  // And back: nothing was lost on the way.
  EXPECT_EQ(copy_store(to_.location(), folder_ / "back.db", clock_), sums);
  Store(StoreOptions{to_.location(), true}, clock_).read([](Session& session) {
    EXPECT_EQ(load_cursor(session, "CRM", "client"), "9007199254740993");
    const auto row = load_journal(session, {"CRM", 2500});
    ASSERT_TRUE(row);
    EXPECT_EQ(row->change_id, "it's \"2500");
    EXPECT_EQ(row->body, "{\"fullName\":\"\\u0000 \\n ß\"}");
  });
}

TEST_F(TransferTest, IntoAStoreIsRefused) {
  static_cast<void>(Store({to_.location(), true}, clock_));
  EXPECT_THROW(copy_store(from_, to_.location(), clock_), StoreError);
}

}  // namespace

}  // namespace hub::store
