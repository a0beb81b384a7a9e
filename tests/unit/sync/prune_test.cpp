#include "hub/store/records.hpp"
#include "hub/sync/curation.hpp"
#include "hub/sync/pruner.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/witness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tests {
namespace {

using nlohmann::json;
using std::chrono::hours;

constexpr hours kDay{24};

/// Runs every step; gives the sums.
hub::sync::Pruned prune(Pipeline& hub, bool dry_run = false) {
  hub::sync::Pruner pruner(hub.around);
  hub::sync::Pruned sum;
  for (bool more = true; more; more = !sum.next.empty()) {
    const auto step = pruner.step(sum.next, dry_run);
    if (!step) throw std::logic_error("a step's own cursor is refused");
    sum = {sum.changes + step->changes, sum.deliveries + step->deliveries, step->next};
  }
  return sum;
}

class Prune : public testing::Test {
 protected:
  /// A change of client C, a number of days after the one before.
  json post(int days, const std::string& source, int version, json fields, const std::string& change_id = {}) {
    hub.clock.advance(kDay * days);
    json body{{"source", source}, {"externalId", "C"}, {"version", version}};
    if (!change_id.empty()) body["changeId"] = change_id;
    body.update(fields);
    return hub.post(body);
  }
  std::string day(int n) { return hub::base::format_time(start + std::chrono::milliseconds(kDay * n).count()); }
  json history() {
    return hub.json_of(hub.store.read([](hub::store::Session& session) {
      return hub::sync::view_history(session, {"client", "C"}, "", {"", 100});
    }));
  }
  json at(const std::string& time) {
    return hub.json_of(hub.store.read([&](hub::store::Session& session) {
      return hub::sync::view_record_at(session, {"client", "C"}, time);
    }));
  }
  bool has(const std::string& source, int seq) {
    return hub.store.read([&](hub::store::Session& session) {
      return hub::store::load_journal(session, {source, seq}).has_value();
    });
  }

  Pipeline hub;
  const std::int64_t start = hub.clock.now_ms();
};

TEST_F(Prune, CutsAPastWhereItIsOldAndSaysSo) {
  post(10, "CRM", 1, {{"fullName", "One"}, {"email", "a@x.org"}});  // day 10
  post(90, "ERP", 2, {{"email", "b@x.org"}});                       // day 100
  post(100, "CRM", 3, {{"fullName", "Three"}});                     // day 200
  post(200, "CRM", 4, {{"fullName", "Four"}});                      // day 400
  hub.drain();
  hub.clock.advance(kDay * 100);  // day 500: old is what comes from before day 135
  EXPECT_EQ(prune(hub, true).changes, 1);
  EXPECT_EQ(prune(hub).changes, 1) << "CRM's first; ERP's only one is what it said last";
  EXPECT_FALSE(has("CRM", 1));
  EXPECT_TRUE(has("ERP", 1));
  EXPECT_EQ(hub.counter("CRM", "purged_applied"), 1);
  EXPECT_EQ(hub.counter("CRM", "last_purged"), 1);

  const json kept = history();
  EXPECT_EQ(kept["items"].size(), 2U);
  EXPECT_EQ(kept["complete"], false);
  EXPECT_EQ(kept["items"][1]["decision"]["fullName"]["from"], "One") << "values behind the cut are known";
  EXPECT_EQ(at(day(300))["fields"]["fullName"], "Three");
  const json base = at(day(150));
  EXPECT_EQ(base["fields"], (json{{"fullName", "One"}, {"email", "b@x.org"}})) << "the state at the cut is kept";
  EXPECT_EQ(base["provenance"]["fullName"]["source"], "CRM");
  EXPECT_EQ(base["provenance"]["fullName"]["at"], day(10));
  const json before = at(day(50));
  EXPECT_EQ(before["http"], 410);
  EXPECT_NE(before["detail"].get<std::string>().find("its changes before " + day(200) + " were purged"),
            std::string::npos);
  EXPECT_EQ(prune(hub).changes, 0);

  post(1, "ERP", 5, {{"email", "c@x.org"}});
  EXPECT_EQ(prune(hub).changes, 1) << "ERP has said something newer";
  EXPECT_FALSE(has("ERP", 1));
  EXPECT_EQ(history()["items"].size(), 3U);
}

TEST_F(Prune, ARunGoesWithTheLastOfItsChanges) {
  const auto pull = [&](std::int64_t run, std::initializer_list<const char*> names) {
    std::vector<hub::sync::Submission> changes;
    for (const char* name : names) {
      const json body{
          {"source", "CRM"}, {"entity", "client"}, {"externalId", name}, {"fields", {{"phone", std::to_string(run)}}}};
      auto read = hub::sync::Intake(hub.config).read(body.dump(), hub.clock.now_ms());
      changes.push_back(std::get<hub::sync::Submission>(std::move(read)));
      changes.back().run = run;
    }
    hub.pulled(changes);
  };
  const auto runs = [&] {
    std::vector<std::int64_t> ids;
    for (const auto& run : hub.store.read([](hub::store::Session& session) {
           return hub::store::list_runs(session, "CRM", std::numeric_limits<std::int64_t>::max(), 10);
         }))
      ids.push_back(run.id);
    return ids;
  };
  pull(1, {"A", "B"});
  pull(2, {"A"});
  pull(3, {"C"});
  hub.clock.advance(kDay * 500);
  EXPECT_EQ(prune(hub).changes, 1) << "A's first";
  EXPECT_EQ(runs(), (std::vector<std::int64_t>{3, 2, 1})) << "one change of the first is B's newest";
  pull(4, {"B"});
  EXPECT_EQ(prune(hub).changes, 1);
  EXPECT_EQ(runs(), (std::vector<std::int64_t>{4, 3, 2}));
}

TEST_F(Prune, KeepsWhatARowSaidLastThatStandsForAnotherRecordSinceAMerge) {
  hub.config.sources.resize(2);
  const auto say = [&](const char* source, const char* id, const json& fields) {
    hub.post({{"source", source}, {"entity", "client"}, {"externalId", id}, {"fields", fields}});
  };
  say("CRM", "C", {{"fullName", "Ann"}});
  say("ERP", "D", {{"fullName", "Anne"}, {"phone", "1"}});
  say("ERP", "E", {{"fullName", "Eve"}});
  const auto merged = hub::sync::merge_records(hub.committer, {"client", "C"}, "*", R"({"absorb": "D"})");
  ASSERT_EQ(hub.json_of(merged)["http"], 200);
  hub.clock.advance(kDay * 800);
  prune(hub);
  EXPECT_TRUE(has("ERP", 1)) << "D's row, which is C's now";
}

TEST_F(Prune, KeepsWhatSomethingAliveDependsOn) {
  post(0, "CRM", 1, {{"fullName", "One"}});
  post(0, "CRM", 1, {{"fullName", "Two"}});  // a conflict
  hub.post({{"source", "ERP"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "nobody"}}}});
  post(0, "Portal", 2, {{"email", "a@x.org"}});
  hub.clock.advance(kDay * 500);
  EXPECT_EQ(prune(hub).changes, 1) << "CRM's first; not an open conflict, a waiting change, and a head";
  EXPECT_TRUE(has("CRM", 2) && has("ERP", 1) && has("Portal", 1));
  hub.committer.run([&](hub::sync::Transaction& transaction) {
    for (const auto& parked : hub::store::due_waiting(transaction.session(), hub.clock.now_ms(), 10))
      transaction.release(parked, true);
    return 0;
  });
  post(0, "CRM", 3, {{"fullName", "Three"}});  // overtakes the conflict
  hub.clock.advance(kDay * 500);
  EXPECT_EQ(hub.json_of(hub.review.discard("ERP:1"))["state"], "discarded");
  EXPECT_EQ(prune(hub).changes, 1) << "the conflict; Portal's is what it said last, ERP's the newest of its source";
  EXPECT_TRUE(has("ERP", 1));
  hub.post(
      {{"source", "ERP"}, {"entity", "order"}, {"externalId", "P"}, {"version", 1}, {"fields", {{"clientId", "C"}}}});
  EXPECT_EQ(prune(hub).changes, 1) << "the dead change that was discarded";
  EXPECT_EQ(hub.counter("ERP", "purged_dead"), 1);
}

TEST_F(Prune, KeepsEveryChangeThatCanComeAgainOrBeUndone) {
  hub.config.hub.retention.journal = kDay;
  hub.config.hub.retention.undo = kDay * 20;
  post(0, "CRM", 1, {{"fullName", "One"}}, "first");
  post(0, "CRM", 2, {{"fullName", "Two"}});
  hub.clock.advance(kDay * 13);
  EXPECT_EQ(prune(hub).changes, 0);
  EXPECT_EQ(post(0, "CRM", 1, {{"fullName", "One"}}, "first")["duplicate"], true);
  hub.config.hub.retention.undo = hours{0};
  EXPECT_EQ(prune(hub).changes, 0) << "14 days in any case";
  hub.config.hub.retention.undo = kDay * 20;
  hub.clock.advance(kDay * 6);
  EXPECT_EQ(prune(hub).changes, 0);
  hub.clock.advance(kDay * 2);
  EXPECT_EQ(prune(hub).changes, 1);
}

TEST_F(Prune, GoesByNumberToo) {
  hub.config.hub.retention.journal_rows = 10;
  for (int version = 1; version <= 30; ++version) post(0, "CRM", version, {{"fullName", std::to_string(version)}});
  EXPECT_EQ(prune(hub).changes, 0) << "they are young";
  hub.clock.advance(kDay * 31);
  EXPECT_EQ(prune(hub, true).changes, 20);
  EXPECT_EQ(prune(hub).changes, 20);
  EXPECT_EQ(history()["items"].size(), 10U);
}

TEST_F(Prune, RemovesFinishedDeliveries) {
  post(0, "CRM", 1, {{"fullName", "One"}});
  hub.drain();
  hub.clock.advance(kDay * 31);
  post(0, "CRM", 2, {{"fullName", "Two"}});
  hub.drain();
  EXPECT_EQ(prune(hub, true).deliveries, 3);
  EXPECT_EQ(prune(hub).deliveries, 3);
  EXPECT_EQ(hub.counter("ERP", "deliveries_purged"), 1);
  EXPECT_EQ(hub.record("client", "C")["delivered"].size(), 3U);
  EXPECT_EQ(prune(hub).deliveries, 0);
}

TEST_F(Prune, DoesNothingWhenItIsOff) {
  hub.config.hub.retention.journal = hub.config.hub.retention.deliveries = hours{0};
  post(0, "CRM", 1, {{"fullName", "One"}});
  post(0, "CRM", 2, {{"fullName", "Two"}});
  hub.drain();
  hub.clock.advance(kDay * 5000);
  const auto pruned = prune(hub);
  EXPECT_EQ(pruned.changes + pruned.deliveries, 0);
}

TEST_F(Prune, RefusesACursorOfAnotherList) {
  hub::sync::Pruner pruner(hub.around);
  EXPECT_FALSE(pruner.step("Y2xpZW50", false));
  EXPECT_EQ(hub.json_of(hub::sync::prune(pruner, R"({"cursor":"Y2xpZW50"})"))["http"], 400);
  EXPECT_EQ(hub.json_of(hub::sync::prune(pruner, R"({"dryRun":1})"))["http"], 400);
}

/// Pruned again and again, a store keeps its books, and what it still tells of the past is exact.
RC_GTEST_PROP(PruneRandom, WhatIsKeptIsExact, ()) {
  Witness witness(*rc::gen::arbitrary<unsigned>(), true);
  witness.hub.config.hub.retention.journal = kDay;
  witness.hub.config.hub.retention.undo = hours{0};
  std::int64_t purged = 0;
  for (int round = 0; round < 3; ++round) {
    witness.live(25);
    const auto would = prune(witness.hub, true);
    const auto done = prune(witness.hub);
    RC_ASSERT(would.changes == done.changes);
    RC_ASSERT(would.deliveries == done.deliveries);
    purged += done.changes;
    witness.compare();
    const auto findings =
        witness.hub.store.read([](hub::store::Session& session) { return hub::store::audit(session); });
    RC_ASSERT(findings.empty());
  }
  RC_CLASSIFY(purged > 10, "more than 10 changes purged");
}

}  // namespace
}  // namespace tests
