#pragma once

#include "syncline/testing/rig.hpp"

#include <set>

/// What must hold of pull.
namespace syncline::testing::contracts {

inline void pull_of_an_empty_source_gives_nothing(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "does not pull changes";
  Pulls pulls;
  rig.drain(pulls);
  EXPECT_TRUE(pulls.changes.empty());
}

inline void pull_from_the_start_gives_all(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "does not pull changes";
  const auto texts = rig.add(5);
  Pulls pulls;
  rig.drain(pulls);
  for (const auto& [key, text] : texts) rig.expect_last(pulls, key, text);
  const auto later = rig.add(2, "later");
  rig.drain(pulls);
  for (const auto& [key, text] : later) rig.expect_last(pulls, key, text);
}

inline void pull_keeps_to_its_limit(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "does not pull changes";
  const auto texts = rig.add(5);
  for (const std::uint32_t limit : {1U, 2U, 5U}) {
    Pulls pulls;
    rig.drain(pulls, limit);  // the recording host counts
    for (const auto& [key, text] : texts) rig.expect_last(pulls, key, text);
  }
}

inline void pull_reports_edits_and_deletes(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "does not pull changes";
  const std::string edited = rig.fixture->add("rec-1", "before");
  const std::string removed = rig.fixture->add("rec-2", "gone");
  Pulls pulls;
  rig.drain(pulls);
  rig.fixture->edit(edited, "after");
  rig.fixture->remove(removed);
  rig.drain(pulls);
  rig.expect_last(pulls, edited, "after");
  if (!rig.fixture->reports_deletes()) return;
  ASSERT_NE(pulls.last(removed), nullptr);
  EXPECT_EQ(pulls.last(removed)->op, static_cast<syncline_op>(SYNCLINE_DELETE));
}

/// From every checkpoint that was ever given, all that came after it comes again, whatever the source went through.
inline void pull_goes_on_from_every_checkpoint(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "does not pull changes";
  const auto first = rig.add(4, "first");
  const std::string edited = first.begin()->first;
  const std::string removed = std::next(first.begin())->first;
  Pulls all;
  rig.pull_page(all, 2);
  rig.fixture->edit(edited, "edited");
  const auto second = rig.add(3, "second");
  rig.pull_page(all, 2);
  rig.fixture->remove(removed);
  rig.drain(all, 2);
  ASSERT_FALSE(all.checkpoints.empty());

  for (const auto& [cursor, covered] : all.checkpoints) {
    Pulls again;
    again.cursor = cursor;
    rig.drain(again, 2);
    std::set<std::string> seen_before;
    for (std::size_t i = 0; i < covered; ++i) seen_before.insert(all.changes[i].key);
    for (std::size_t i = covered; i < all.changes.size(); ++i) {
      const std::string& key = all.changes[i].key;
      const auto text = rig.fixture->read(key);
      SCOPED_TRACE("from the checkpoint after " + std::to_string(covered) + " changes");
      if (text) {
        rig.expect_last(again, key, *text);
      } else if (seen_before.contains(key) && rig.fixture->reports_deletes()) {
        ASSERT_NE(again.last(key), nullptr) << "the delete of record " << key << " is lost";
        EXPECT_EQ(again.last(key)->op, static_cast<syncline_op>(SYNCLINE_DELETE)) << "record " << key;
      }
    }
  }
}

/// Whether the hub cancels or its sink refuses: the pull ends before its limit and nothing is lost.
inline void pull_stops_when_told(const Suite& suite) {
  for (const PullCut cut : {PullCut{.cancel_after = 3}, PullCut{.refuse_after = 3}}) {
    Rig rig{suite};
    if (!rig.source.can(SYNCLINE_CAN_PULL_DELTA)) GTEST_SKIP() << "does not pull changes";
    const auto texts = rig.add(40);
    const Page page = rig.source.pull(rig.fixture->entity(), "", 100, false, cut);
    EXPECT_LT(page.changes.size(), texts.size()) << "goes on to the end";
    EXPECT_TRUE(page.status == SYNCLINE_OK || page.status == SYNCLINE_CANCELLED) << "status " << page.status;
    Pulls pulls;
    rig.pull_page(pulls, 100, false, cut);
    rig.drain(pulls);
    for (const auto& [key, text] : texts) rig.expect_last(pulls, key, text);
  }
}

inline void snapshot_gives_every_record_once(const Suite& suite) {
  Rig rig{suite};
  if (!rig.source.can(SYNCLINE_CAN_PULL_SNAPSHOT)) GTEST_SKIP() << "gives no snapshots";
  auto texts = rig.add(5);
  const std::string removed = texts.begin()->first;
  rig.fixture->remove(removed);
  texts.erase(removed);
  const std::string edited = texts.begin()->first;
  rig.fixture->edit(edited, texts[edited] = "edited");
  for (const std::uint32_t limit : {2U, 100U}) {
    Pulls pulls;
    rig.drain(pulls, limit, true);
    EXPECT_EQ(pulls.changes.size(), texts.size());
    for (const auto& [key, text] : texts) rig.expect_last(pulls, key, text);
  }
}

}  // namespace syncline::testing::contracts
