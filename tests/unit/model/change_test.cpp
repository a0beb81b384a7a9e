#include "hub/model/change.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace hub::model {

namespace {

TEST(Fields, AreSetInOrderAndFound) {
  Fields fields;
  for (const char* name : {"m", "z", "a", "m"}) set_field(fields, name, Value::string(std::string("of ") + name));
  set_field(fields, "a", Value{});
  const Fields expected{{"a", Value{}}, {"m", Value::string("of m")}, {"z", Value::string("of z")}};
  EXPECT_EQ(fields, expected);
  ASSERT_NE(find_field(fields, "z"), nullptr);
  EXPECT_EQ(*find_field(fields, "z"), Value::string("of z"));
  EXPECT_EQ(find_field(fields, "b"), nullptr);
  EXPECT_EQ(find_field({}, "b"), nullptr);
}

TEST(Words, AreTheContracts) {
  const std::pair<Resolution, const char*> resolutions[] = {
      {Resolution::kNewRecord, "NEW_RECORD"},     {Resolution::kVersionWin, "VERSION_WIN"},
      {Resolution::kStaleSkip, "STALE_SKIP"},     {Resolution::kFieldMerge, "FIELD_MERGE"},
      {Resolution::kPriorityWin, "PRIORITY_WIN"}, {Resolution::kManual, "MANUAL"},
      {Resolution::kNoChange, "NO_CHANGE"},       {Resolution::kEcho, "ECHO"},
      {Resolution::kDuplicate, "DUPLICATE"}};
  for (const auto& [resolution, word] : resolutions) {
    EXPECT_EQ(to_string(resolution), word);
    EXPECT_EQ(resolution_of(word), resolution);
  }
  const std::pair<ChangeState, const char*> states[] = {
      {ChangeState::kApplied, "applied"},    {ChangeState::kSuperseded, "superseded"},
      {ChangeState::kNoChange, "no_change"}, {ChangeState::kConflict, "conflict"},
      {ChangeState::kWaiting, "waiting"},    {ChangeState::kDead, "dead"}};
  for (const auto& [state, word] : states) {
    EXPECT_EQ(to_string(state), word);
    EXPECT_EQ(change_state_of(word), state);
  }
  for (const auto& [op, word] : {std::pair{Op::kUpsert, "upsert"}, std::pair{Op::kDelete, "delete"}}) {
    EXPECT_EQ(to_string(op), word);
    EXPECT_EQ(op_of(word), op);
  }
}

TEST(Words, OthersMeanNothing) {
  EXPECT_EQ(resolution_of("new_record"), std::nullopt);
  EXPECT_EQ(resolution_of(""), std::nullopt);
  EXPECT_EQ(change_state_of("Applied"), std::nullopt);
  EXPECT_EQ(op_of("update"), std::nullopt);
}

TEST(RecordKey, SortsByEntityAndHashesByBoth) {
  EXPECT_LT((RecordKey{"client", "9"}), (RecordKey{"order", "1"}));
  EXPECT_LT((RecordKey{"client", "1"}), (RecordKey{"client", "2"}));
  const std::unordered_set<RecordKey, RecordKeyHash> keys{{"a", "b"}, {"b", "a"}, {"a", "b"}};
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_TRUE(keys.contains({"b", "a"}));
}

}  // namespace

}  // namespace hub::model
