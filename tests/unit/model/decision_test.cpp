#include "hub/model/decision.hpp"

#include <gtest/gtest.h>

namespace hub::model {

namespace {

TEST(Rule, HasAWordForEach) {
  const std::pair<Rule, const char*> rules[] = {{Rule::kNewRecord, "new_record"},
                                                {Rule::kHigherVersion, "higher_version"},
                                                {Rule::kStale, "stale"},
                                                {Rule::kUnseen, "unseen"},
                                                {Rule::kEqual, "equal"},
                                                {Rule::kOwner, "owner"},
                                                {Rule::kPrefer, "prefer"},
                                                {Rule::kNewest, "newest"},
                                                {Rule::kManual, "manual"},
                                                {Rule::kPriority, "priority"},
                                                {Rule::kTie, "tie"}};
  for (const auto& [rule, word] : rules) EXPECT_EQ(to_string(rule), word);
}

}  // namespace

}  // namespace hub::model
