#pragma once

#include "syncline/testing/rig.hpp"

#include <set>

/// What must hold of push and of telling echoes.
namespace syncline::testing::contracts {

inline void push_writes_and_reports_each_item(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PUSH)) GTEST_SKIP() << "does not push";
  SourceFixture& fixture = *rig.fixture;
  const std::string seeded = fixture.add("rec-1", "before");
  const auto results =
      rig.source.push(fixture.entity(), {{SYNCLINE_UPSERT, "", "", fixture.body("rec-2", "new-2"), "k-2"},
                                         {SYNCLINE_UPSERT, seeded, "", fixture.body("rec-1", "after"), "k-1"},
                                         {SYNCLINE_UPSERT, "", "", fixture.body("rec-3", "new-3"), "k-3"}});
  std::set<std::string> keys;
  for (const Pushed& result : results) {
    EXPECT_EQ(result.status, SYNCLINE_OK) << result.message;
    keys.insert(result.key.empty() ? seeded : result.key);
  }
  EXPECT_EQ(keys.size(), 3U) << "three records, three ids";
  EXPECT_EQ(fixture.read(results[0].key), "new-2");
  EXPECT_EQ(fixture.read(seeded), "after");
  EXPECT_EQ(fixture.read(results[2].key), "new-3");
}

inline void one_bad_item_costs_no_other(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PUSH)) GTEST_SKIP() << "does not push";
  SourceFixture& fixture = *rig.fixture;
  const auto results =
      rig.source.push(fixture.entity(), {{SYNCLINE_UPSERT, "", "", fixture.body("rec-1", "good-1"), "k-1"},
                                         {SYNCLINE_UPSERT, "999999999", "", fixture.body("rec-9", "bad"), "k-9"},
                                         {SYNCLINE_UPSERT, "", "", fixture.body("rec-2", "good-2"), "k-2"}});
  EXPECT_TRUE(results[1].status == SYNCLINE_NOT_FOUND || results[1].status == SYNCLINE_REJECTED)
      << "an upsert with a key that the source does not have ends with status " << results[1].status;
  EXPECT_FALSE(results[1].message.empty()) << "a refusal says why";
  EXPECT_EQ(results[0].status, SYNCLINE_OK) << results[0].message;
  EXPECT_EQ(results[2].status, SYNCLINE_OK) << results[2].message;
  EXPECT_EQ(fixture.read(results[0].key), "good-1");
  EXPECT_EQ(fixture.read(results[2].key), "good-2");
}

inline void push_of_a_known_external_id_makes_no_second_record(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PUSH)) GTEST_SKIP() << "does not push";
  if (rig.fixture->key_field().empty()) GTEST_SKIP() << "has no external id";
  const std::string seeded = rig.fixture->add("rec-1", "before");
  EXPECT_EQ(rig.upsert("", "rec-1", "after", "k-1").key, seeded);
  EXPECT_EQ(rig.fixture->read(seeded), "after");
}

inline void repeated_push_writes_once(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_IDEMPOTENT_PUSH)) GTEST_SKIP() << "has no idempotent push";
  const Pushed first = rig.upsert("", "rec-1", "pushed", "k-1");
  EXPECT_EQ(rig.upsert("", "rec-1", "pushed", "k-1").key, first.key) << "a repeat made another record";
  rig.fixture->edit(first.key, "edited");
  EXPECT_EQ(rig.upsert("", "rec-1", "pushed", "k-1").key, first.key) << "a repeat made another record";
  EXPECT_EQ(rig.fixture->read(first.key), "edited") << "a repeat wrote over what came after the first";
  (void)rig.upsert(first.key, "rec-1", "pushed", "k-2");
  EXPECT_EQ(rig.fixture->read(first.key), "pushed") << "another idempotency key is another write";
}

/// Net 1, 2 or 3 must be able to catch what a push causes: nothing is captured, the hook or the tag tells it, or the
/// values are those that the result reported.
inline void expect_no_foreign(Rig& rig, const Pulls& pulls, std::size_t from, const Pushed& last,
                              const std::string& sent, const std::string& text) {
  for (std::size_t i = from; i < pulls.changes.size(); ++i) {
    const Pulled& change = pulls.changes[i];
    if (change.key != last.key) continue;
    const syncline_origin origin = rig.source.is_echo(rig.fixture->entity(), change, last, sent);
    EXPECT_NE(origin, SYNCLINE_ORIGIN_FOREIGN) << "our own write of record " << change.key << " is called foreign";
    const bool tagged = rig.source.can(SYNCLINE_CAN_TAG_ORIGIN) && change.origin_tag == kOriginTag;
    const bool same = change.op == SYNCLINE_DELETE ? text.empty() : Rig::says(change, text);
    EXPECT_TRUE(origin == SYNCLINE_ORIGIN_ECHO || tagged || same)
        << "nothing tells that this change of record " << change.key << " is our own: " << change.body;
  }
}

inline void own_writes_are_never_foreign(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PUSH) || !rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "not two-way";
  SourceFixture& fixture = *rig.fixture;
  const std::string seeded = fixture.add("rec-1", "before");
  Pulls pulls;
  rig.drain(pulls);
  std::size_t from = pulls.changes.size();
  const Pushed updated = rig.upsert(seeded, "rec-1", "after", "k-1");
  const Pushed inserted = rig.upsert("", "rec-2", "new", "k-2");
  rig.drain(pulls);
  expect_no_foreign(rig, pulls, from, updated, fixture.body("rec-1", "after"), "after");
  expect_no_foreign(rig, pulls, from, inserted, fixture.body("rec-2", "new"), "new");

  if (!rig.source.can(SYNCLINE_CAN_DELETE)) return;
  from = pulls.changes.size();
  auto deleted = rig.source.push(fixture.entity(), {{SYNCLINE_DELETE, seeded, "", "{}", "k-3"}}).at(0);
  deleted.key = seeded;
  rig.drain(pulls);
  expect_no_foreign(rig, pulls, from, deleted, "{}", "");
}

/// A person's edit that follows our write is the person's, whether the write was pulled before or comes in the same
/// page.
inline void an_edit_after_a_push_is_no_echo(const Suite& suite) {
  for (const bool same_page : {true, false}) {
    Rig rig{suite};
    if (!rig.source.can(SYNCLINE_CAN_PUSH) || !rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "not two-way";
    Pulls pulls;
    rig.drain(pulls);
    const Pushed pushed = rig.upsert("", "rec-1", "pushed", "k-1");
    if (!same_page) rig.drain(pulls);
    rig.fixture->edit(pushed.key, "edited");
    rig.drain(pulls);
    rig.expect_last(pulls, pushed.key, "edited");
    const Pulled* change = pulls.last(pushed.key);
    if (change == nullptr) continue;
    EXPECT_NE(rig.source.is_echo(rig.fixture->entity(), *change, pushed, rig.fixture->body("rec-1", "pushed")),
              SYNCLINE_ORIGIN_ECHO)
        << "a person's edit would vanish";
    EXPECT_NE(change->origin_tag, kOriginTag) << "a person's edit carries our tag";
  }
}

inline void conditional_push_is_stale_after_an_edit(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_CONDITIONAL_PUSH)) GTEST_SKIP() << "has no conditional push";
  SourceFixture& fixture = *rig.fixture;
  const Pushed pushed = rig.upsert("", "rec-1", "pushed", "k-1");
  EXPECT_FALSE(pushed.version.empty()) << "a source with versions reports them";
  fixture.edit(pushed.key, "edited");
  const auto push = [&](const std::string& expected, const std::string& key) {
    return rig.source
        .push(fixture.entity(), {{SYNCLINE_UPSERT, pushed.key, expected, fixture.body("rec-1", "again"), key}})
        .at(0);
  };
  EXPECT_EQ(push(pushed.version, "k-2").status, SYNCLINE_STALE);
  EXPECT_EQ(fixture.read(pushed.key), "edited") << "a stale push wrote";

  Pulls pulls;
  rig.drain(pulls);
  ASSERT_NE(pulls.last(pushed.key), nullptr);
  const Pushed fresh = push(pulls.last(pushed.key)->version, "k-3");
  EXPECT_EQ(fresh.status, SYNCLINE_OK) << "a push at the version that was pulled last: " << fresh.message;
  EXPECT_EQ(fixture.read(pushed.key), "again");
}

inline void pushed_delete_removes_the_record(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_DELETE)) GTEST_SKIP() << "does not delete";
  const std::string gone = rig.fixture->add("rec-1", "gone");
  const std::string kept = rig.fixture->add("rec-2", "kept");
  for (const char* key : {"k-1", "k-1", "k-2"}) {
    const auto result = rig.source.push(rig.fixture->entity(), {{SYNCLINE_DELETE, gone, "", "{}", key}}).at(0);
    EXPECT_EQ(result.status, SYNCLINE_OK) << "deleting what is gone is no error: " << result.message;
    EXPECT_EQ(rig.fixture->read(gone), std::nullopt);
  }
  EXPECT_EQ(rig.fixture->read(kept), "kept");
}

}  // namespace syncline::testing::contracts
