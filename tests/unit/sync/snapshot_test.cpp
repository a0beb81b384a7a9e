// Sources that only ever show all their rows: what the hub takes for an edit and for a delete, and the brake.

#include "hub/base/failpoint.hpp"
#include "hub/store/records.hpp"
#include "hub/store/snapshots.hpp"
#include "tests/unit/sync/fake_source.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() : hub(paged(), false), local(std::make_unique<Connected>(hub)) {}
  ~SnapshotTest() override { hub::base::Failpoints::arm(""); }

  static hub::config::Config paged() {
    auto config = Pipeline::reference_config();
    auto& local = config.sources[3];
    local.pull.limit = 7;
    local.entities.pop_back();  // of clients alone
    local.entities[0].key = "no";
    return config;
  }
  FakeSource::Rows& rows() { return local->source.tables["client"]; }
  void fill(int count) {
    for (int i = 1; i <= count; ++i) rows()[number(i)] = {{"no", "C-" + number(i)}, {"fullName", "N" + number(i)}};
  }
  static std::string number(int i) { return std::to_string(1000 + i); }
  /// The hub ends and starts again; the source stays.
  void restart() {
    auto again = std::make_unique<Connected>(hub);
    again->source = local->source;
    local = std::move(again);
  }
  json client(int i) { return hub.record("client", "C-" + number(i)); }
  std::string name(int i) {
    const json record = client(i);
    return record.contains("fields") ? record["fields"].value("fullName", "") : "";
  }
  int living(int upto) {
    int count = 0;
    for (int i = 1; i <= upto; ++i) count += client(i)["http"] == 200 ? 1 : 0;
    return count;
  }
  void from_crm(int i, const std::string& name) {
    hub.post({{"source", "CRM"}, {"externalId", "C-" + number(i)}, {"fullName", name}});
  }
  void delete_by_crm(int i) {
    hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-" + number(i)}, {"op", "delete"}});
  }
  std::int64_t heard() { return hub.counter("LocalDB", "acknowledged"); }
  std::int64_t held() {
    return hub.store.read([&](hub::store::Session& session) { return brake().held(session); });
  }
  hub::sync::Brake brake() { return {hub.around, hub.config.sources[3], hub.committer}; }

  Pipeline hub;
  std::unique_ptr<Connected> local;
};

TEST_F(SnapshotTest, TellsNewRowsEditsAndDeletesByWhatItKnows) {
  fill(20);
  local->pull();
  EXPECT_EQ(heard(), 20);
  EXPECT_EQ(local->source.pulls, 3) << "pages of seven";
  local->pull();
  EXPECT_EQ(heard(), 20) << "rows that say nothing new are no changes";
  rows()[number(3)]["fullName"] = "Edited";
  rows().erase(number(9));
  rows()[number(21)] = {{"no", "C-" + number(21)}, {"fullName", "New"}};
  local->pull();
  EXPECT_EQ(heard(), 23);
  EXPECT_EQ(name(3), "Edited");
  EXPECT_EQ(name(21), "New");
  EXPECT_EQ(client(9)["http"], 410);
  local->pull();
  EXPECT_EQ(heard(), 23);
}

TEST_F(SnapshotTest, ARowThatIsBackRevivesItsRecord) {
  fill(3);
  local->pull();
  rows().erase(number(2));
  local->pull();
  ASSERT_EQ(client(2)["http"], 410);
  fill(3);
  local->pull();
  EXPECT_EQ(name(2), "N1002");
}

TEST_F(SnapshotTest, OneThatFailsDeletesNothingAndGoesOnWhereItWas) {
  fill(20);
  local->pull();
  rows().erase(number(2));
  local->source.broken = {number(16)};
  local->pull();
  EXPECT_EQ(living(20), 20) << "two pages were read, the third broke";
  restart();
  local->pull();
  EXPECT_EQ(living(20), 20);
  local->source.broken.clear();
  local->source.pulls = 0;
  local->pull();
  EXPECT_EQ(local->source.pulls, 1) << "from its cursor on";
  EXPECT_EQ(living(20), 19);
  EXPECT_EQ(client(2)["http"], 410);
}

TEST_F(SnapshotTest, ACancelledPullIsNotTheEndOfOne) {
  fill(3);
  local->pull();
  rows().clear();
  bool stop = false;
  local->source.reading = [&] { stop = true; };
  static_cast<void>(local->puller.step([&] { return stop; }));
  EXPECT_EQ(living(3), 3);
  EXPECT_EQ(held(), 0);
}

TEST_F(SnapshotTest, WhatCannotBeTakenIsSaidOnce) {
  hub.config.entities[0].fields[1].max_length = 3;
  rows()["1"] = {{"no", "C-1"}, {"email", "too long"}};
  rows()["2"] = {{"no", "C-2"}, {"fullName", "N"}};
  for (int round = 0; round < 3; ++round) local->pull();
  EXPECT_EQ(hub.counter("LocalDB", "dead"), 1);
  rows()["2"]["email"] = "too long";
  for (int round = 0; round < 3; ++round) local->pull();
  EXPECT_EQ(hub.counter("LocalDB", "dead"), 2) << "also of a row that has a link";
  rows()["1"]["email"] = "a@b";
  local->pull();
  EXPECT_EQ(hub.record("client", "C-1")["http"], 200);
}

TEST_F(SnapshotTest, AQuestionOfIdentityIsAskedOnce) {
  auto& mapping = hub.config.sources[3].entities[0];
  mapping.key.clear();
  mapping.match_on = {{"fullName"}};
  from_crm(1, "Ann");
  from_crm(2, "Ann");
  rows()["7"] = {{"fullName", "Ann"}};
  for (int round = 0; round < 3; ++round) local->pull();
  EXPECT_EQ(hub.counter("LocalDB", "conflict"), 1);
}

// --- Beside the hub's own writes -------------------------------------------------------------------------------------

TEST_F(SnapshotTest, TheHubsOwnWriteIsNoEdit) {
  fill(3);
  local->pull();
  from_crm(2, "By CRM");
  local->push();
  from_crm(9, "New by CRM");
  local->push();
  local->pull();
  EXPECT_EQ(heard(), 3);
  rows()[number(2)]["fullName"] = "N1002";  // as it was before the hub wrote
  local->pull();
  EXPECT_EQ(name(2), "N1002") << "going back is an edit";
  EXPECT_EQ(heard(), 4);
}

TEST_F(SnapshotTest, ARowThatWasReadBeforeTheHubWroteToItIsNotTaken) {
  fill(3);
  local->pull();
  from_crm(2, "By CRM");
  local->source.reading = [&] { local->push(); };
  local->pull();
  EXPECT_EQ(name(2), "By CRM") << "the old value was read, and then overwritten";
  EXPECT_EQ(heard(), 3);
  local->source.reading = [] {};
  rows()[number(2)]["fullName"] = "Edited";
  local->pull();
  EXPECT_EQ(name(2), "Edited") << "the next one looks at the row again";
}

TEST_F(SnapshotTest, ARowThatWasReadBeforeTheHubDeletedItDoesNotComeBack) {
  fill(3);
  local->pull();
  delete_by_crm(2);
  local->source.reading = [&] { local->push(); };
  local->pull();
  EXPECT_EQ(client(2)["http"], 410);
  local->source.reading = [] {};
  local->pull();
  EXPECT_EQ(client(2)["http"], 410);
  EXPECT_EQ(heard(), 3);
}

TEST_F(SnapshotTest, ARowThatTheHubMadeMeanwhileIsNotGone) {
  fill(3);
  local->pull();
  from_crm(9, "New by CRM");
  local->source.reading = [&] { local->push(); };  // after the page was read
  local->pull();
  EXPECT_EQ(name(9), "New by CRM");
  local->source.reading = [] {};
  local->pull();
  EXPECT_EQ(name(9), "New by CRM");
  rows().erase("made-1");
  local->pull();
  EXPECT_EQ(client(9)["http"], 410);
}

TEST_F(SnapshotTest, OneThatAPersonAsksForTakesThePlaceOfTheOther) {
  fill(20);
  local->pull();
  rows().erase(number(2));
  int page = 0;
  local->source.reading = [&] {
    if (++page != 2) return;
    hub.store.write([](hub::store::Session& session) {
      hub::store::forget_snapshot_rows(session, "LocalDB");
      static_cast<void>(hub::store::begin_snapshot(session, "LocalDB", "client"));
    });
  };
  local->pull();
  EXPECT_EQ(page, 5) << "two of the first, three of the other";
  EXPECT_EQ(living(20), 19) << "what the first had seen is not held against the other";
}

// --- The brake -------------------------------------------------------------------------------------------------------

TEST_F(SnapshotTest, AnEmptyOneIsAlwaysHeld) {
  hub.config.sources[3].pull.max_deletes_count = 1'000'000;
  hub.config.sources[3].pull.max_deletes_percent = 100;
  fill(2);
  local->pull();
  const auto full = rows();
  rows().clear();
  local->pull();
  EXPECT_EQ(held(), 2);
  EXPECT_EQ(living(2), 2);
  restart();
  local->pull();
  EXPECT_EQ(held(), 2) << "a restart is no approval";
  EXPECT_EQ(heard(), 4) << "what is held is not said again";
  rows()[number(1)] = full.at(number(1));
  local->pull();
  EXPECT_EQ(held(), 1) << "one is back";
  EXPECT_EQ(brake().approve({}, std::chrono::hours(1)), 1);
  EXPECT_EQ(living(2), 1);
  EXPECT_EQ(client(2)["http"], 410);
}

TEST_F(SnapshotTest, OfASourceThatHadNothingAnEmptyOneIsNothing) {
  local->pull();
  local->pull();
  EXPECT_EQ(heard(), 0);
  EXPECT_EQ(held(), 0);
}

TEST_F(SnapshotTest, TooManyAreHeldTogether) {
  fill(100);
  local->pull();
  for (int i = 1; i <= 11; ++i) rows().erase(number(i));
  local->pull();
  EXPECT_EQ(held(), 11);
  EXPECT_EQ(living(100), 100);
  rows().erase(number(12));
  local->pull();
  EXPECT_EQ(held(), 12) << "one more is no less suspicious while they are held";
  rows()[number(1)] = {{"no", "C-1001"}, {"fullName", "N1001"}};
  rows()[number(2)] = {{"no", "C-1002"}, {"fullName", "Edited"}};
  local->pull();
  EXPECT_EQ(held(), 10);
  EXPECT_EQ(name(2), "Edited");
}

TEST_F(SnapshotTest, AStopInTheMiddleOfItsDeletesReleasesNone) {
  fill(1200);
  local->pull();
  for (int i = 1; i <= 600; ++i) rows().erase(number(i));
  hub.config.sources[3].pull.limit = 1000;
  local->source.reading = [] { hub::base::Failpoints::arm("commit.counters=error@3"); };  // after the page, 500 deletes
  EXPECT_THROW(local->pull(), hub::base::FailpointError);
  hub::base::Failpoints::arm("");
  local->source.reading = [] {};
  EXPECT_EQ(held(), 500);
  hub.config.sources[3].pull.max_deletes_count = 550;  // what is left alone would pass
  restart();
  local->pull();
  EXPECT_EQ(held(), 600);
}

// --- Approval --------------------------------------------------------------------------------------------------------

TEST_F(SnapshotTest, AnApprovalIsACeilingThatStandsForAWhile) {
  fill(100);
  local->pull();
  for (int i = 1; i <= 20; ++i) rows().erase(number(i));
  local->pull();
  ASSERT_EQ(held(), 20);
  EXPECT_EQ(brake().approve(5, std::chrono::hours(1)), 5);
  EXPECT_EQ(held(), 15);
  EXPECT_EQ(living(100), 95);
  EXPECT_EQ(brake().approve(30, std::chrono::hours(1)), 15) << "it takes the place of the first";
  EXPECT_EQ(held(), 0);

  for (int i = 21; i <= 32; ++i) rows().erase(number(i));
  restart();
  local->pull();
  EXPECT_EQ(living(100), 68) << "12 of the 15 that are left pass without asking";
  for (int i = 33; i <= 43; ++i) rows().erase(number(i));
  local->pull();
  EXPECT_EQ(living(100), 65) << "three, and then it is used up";
  EXPECT_EQ(held(), 8);
}

TEST_F(SnapshotTest, AnApprovalExpires) {
  fill(100);
  local->pull();
  EXPECT_EQ(brake().approve(1000, std::chrono::minutes(10)), 0);
  for (int i = 1; i <= 20; ++i) rows().erase(number(i));
  local->pull();
  EXPECT_EQ(held(), 0);
  EXPECT_EQ(living(100), 80);
  hub.clock.advance(std::chrono::minutes(10));
  for (int i = 21; i <= 40; ++i) rows().erase(number(i));
  local->pull();
  EXPECT_EQ(held(), 20);
}

}  // namespace
}  // namespace tests
