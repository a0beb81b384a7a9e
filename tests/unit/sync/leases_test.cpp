#include "hub/sync/leases.hpp"

#include "hub/base/clock.hpp"
#include "hub/store/sources.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hub::sync {

namespace {

const std::vector<std::string> kSources{"CRM", "ERP", "Portal", "LocalDB", "Shop", "Bank", "Post", "Mail"};

/// A hub's part in sharing a PostgreSQL store.
struct Member {
  explicit Member(const std::string& url)
      : store({store::Location::postgresql(url), true}, clock),
        leases(store, clock, kSources, {store.hub(), "hub", "", clock.now_ms(), 0}) {}

  [[nodiscard]] std::set<std::string> has() const {
    std::set<std::string> held;
    for (const std::string& source : kSources)
      if (leases.epoch(source)) held.insert(source);
    return held;
  }

  base::SystemClock clock;
  store::Store store;
  Leases leases;
};

class LeasesTest : public testing::Test {
 protected:
  /// What a death looks like to the others, once enough time has passed.
  void let_time_pass_for(const Member& dead) {
    tests::support::psql(schema_.url(), "update hubs set seen_at_ms = 0 where hub = '" + dead.store.hub() +
                                            "'; update source_leases set until_ms = 0 where hub = '" +
                                            dead.store.hub() + "'");
  }

  tests::support::PostgresSchema schema_;
  Member a_{schema_.url()};
  Member b_{schema_.url()};
};

TEST_F(LeasesTest, AHubAloneHasAllAndTwoShareThem) {
  EXPECT_TRUE(a_.has().empty()) << "before it has asked";
  static_cast<void>(a_.leases.renew());
  EXPECT_EQ(a_.has().size(), kSources.size());
  static_cast<void>(b_.leases.renew());  // the other one still has them
  EXPECT_TRUE(b_.has().empty());
  static_cast<void>(a_.leases.renew());
  static_cast<void>(b_.leases.renew());
  std::set<std::string> all = a_.has();
  for (const std::string& source : b_.has()) EXPECT_TRUE(all.insert(source).second) << source << " has two hubs";
  EXPECT_EQ(all.size(), kSources.size());
  EXPECT_FALSE(a_.has().empty());
  EXPECT_FALSE(b_.has().empty());
}

TEST_F(LeasesTest, WhatIsInUseIsNotGivenAway) {
  static_cast<void>(a_.leases.renew());
  {
    std::vector<std::unique_ptr<Leases::Use>> uses;
    for (const std::string& source : kSources)
      uses.push_back(std::unique_ptr<Leases::Use>(new Leases::Use(a_.leases.use(source))));
    static_cast<void>(b_.leases.renew());
    static_cast<void>(a_.leases.renew());
    static_cast<void>(b_.leases.renew());
    EXPECT_TRUE(b_.has().empty());
    EXPECT_LT(a_.has().size(), kSources.size()) << "it begins nothing new with what another one should have";
  }
  static_cast<void>(a_.leases.renew());
  static_cast<void>(b_.leases.renew());
  EXPECT_FALSE(b_.has().empty());
}

TEST_F(LeasesTest, WhoeverTakesOverHasAnotherEpochAndTheOneBeforeCanRecordNothing) {
  static_cast<void>(a_.leases.renew());
  const std::int64_t before = a_.leases.epoch("CRM").value();
  let_time_pass_for(a_);
  static_cast<void>(b_.leases.renew());
  EXPECT_EQ(b_.has().size(), kSources.size());
  EXPECT_EQ(b_.leases.epoch("CRM").value(), before + 1);
  // It was asleep, and believes that it still has them.
  ASSERT_EQ(a_.leases.epoch("CRM"), before);
  try {
    a_.store.write([&](store::Session& session) { store::require_lease(session, "CRM", a_.store.hub(), before); });
    FAIL() << "a receipt of the hub before was taken";
  } catch (const store::StoreError& e) {
    EXPECT_EQ(e.kind(), store::StoreErrorKind::kFenced);
  }
  b_.store.write([&](store::Session& session) { store::require_lease(session, "CRM", b_.store.hub(), before + 1); });
}

TEST_F(LeasesTest, WhatAHubHoldsLastsWhileSomebodyElseWrites) {
  static_cast<void>(a_.leases.renew());
  const auto until = [&] {
    return std::stoll(tests::support::psql_value(schema_.url(), "select min(until_ms) from source_leases"));
  };
  const auto before = until();
  b_.store.write([&](store::Session& session) {
    store::put_priority(session, "CRM", 1);
    session.settle();
    static_cast<void>(a_.leases.keep());
  });
  EXPECT_GT(until(), before);
  EXPECT_EQ(a_.has().size(), kSources.size());
}

TEST_F(LeasesTest, WhatHasRunOutIsNotKept) {
  static_cast<void>(a_.leases.renew());
  let_time_pass_for(a_);
  static_cast<void>(a_.leases.keep());
  static_cast<void>(b_.leases.renew());
  EXPECT_EQ(b_.has().size(), kSources.size());
}

TEST_F(LeasesTest, AHubThatEndsGivesThemBackAtOnce) {
  static_cast<void>(a_.leases.renew());
  a_.leases.end();
  EXPECT_TRUE(a_.has().empty());
  static_cast<void>(b_.leases.renew());
  EXPECT_EQ(b_.has().size(), kSources.size());
}

TEST(LeasesOnSqlite, AreAlwaysThisHubs) {
  const tests::support::TempDir folder;
  const base::SystemClock clock;
  store::Store store({folder / "hub.db", false}, clock);
  const Leases leases(store, clock, kSources, {});
  EXPECT_EQ(leases.epoch("CRM"), 0);
  EXPECT_FALSE(leases.is_elsewhere("CRM"));
}

TEST(PreferredHub, MovesOnlyWhatANewHubTakes) {
  std::vector<store::HubRow> hubs{{"01A", "", "", 0, 0}, {"01B", "", "", 0, 0}, {"01C", "", "", 0, 0}};
  std::map<std::string, int> shares;
  for (int i = 0; i < 3000; ++i) ++shares[preferred_hub("source" + std::to_string(i), hubs)];
  for (const auto& [hub, share] : shares) EXPECT_NEAR(share, 1000, 150) << hub;
  auto more = hubs;
  more.push_back({"01D", "", "", 0, 0});
  for (int i = 0; i < 3000; ++i) {
    const std::string source = "source" + std::to_string(i);
    const std::string now = preferred_hub(source, more);
    EXPECT_TRUE(now == "01D" || now == preferred_hub(source, hubs)) << source;
  }
  EXPECT_EQ(preferred_hub("source", {}), "");
}

}  // namespace

}  // namespace hub::sync
