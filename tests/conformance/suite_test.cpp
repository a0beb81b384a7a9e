// Every contract of the conformance suite can fail: a plugin with a defect is caught, by the contract that is about it.
#include "syncline/testing/conformance.hpp"
#include "tests/conformance/jsonl_fixture.hpp"

#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <ostream>

namespace {

struct Defect {
  const char* name;
  const char* contract;
  friend std::ostream& operator<<(std::ostream& out, const Defect& defect) { return out << defect.name; }
};

constexpr Defect kDefects[] = {
    {"serves_all_majors", "EntryRefusesOtherMajors"},
    {"no_schema", "TableIsWellFormed"},
    {"nameless_settings", "BadSettingsAreNamed"},
    {"unreachable", "CheckReachesTheSource"},
    {"shared_state", "SourcesAreIndependent"},
    {"imagines", "PullOfAnEmptySourceGivesNothing"},
    {"bad_body", "PullFromTheStartGivesAll"},
    {"ignores_limit", "PullKeepsToItsLimit"},
    {"hides_deletes", "PullReportsEditsAndDeletes"},
    {"loses_on_resume", "PullGoesOnFromEveryCheckpoint"},
    {"ignores_cancel", "PullStopsWhenTold"},
    {"ignores_refusal", "PullStopsWhenTold"},
    {"snapshot_repeats", "SnapshotGivesEveryRecordOnce"},
    {"forgets_the_last", "PushWritesAndReportsEachItem"},
    {"reports_twice", "PushWritesAndReportsEachItem"},
    {"all_or_nothing", "OneBadItemCostsNoOther"},
    {"inserts_unknown_keys", "OneBadItemCostsNoOther"},
    {"ignores_external_id", "PushOfAKnownExternalIdMakesNoSecondRecord"},
    {"forgets_pushes", "RepeatedPushWritesOnce"},
    {"calls_all_foreign", "OwnWritesAreNeverForeign"},
    {"calls_all_echo", "AnEditAfterAPushIsNoEcho"},
    {"sticky_tag", "AnEditAfterAPushIsNoEcho"},
    {"unconditional", "ConditionalPushIsStaleAfterAnEdit"},
    {"keeps_deleted", "PushedDeleteRemovesTheRecord"},
};

/// How many failures the contract called `name` reports of the defective plugin.
int failures(const std::string& name) {
  ::testing::TestPartResultArray results;
  {
    using Reporter = ::testing::ScopedFakeTestPartResultReporter;
    const Reporter reporter{Reporter::INTERCEPT_ONLY_CURRENT_THREAD, &results};
    for (const auto& contract : syncline::testing::all_contracts())
      if (name == contract.name) contract.check({SYNCLINE_PLUGIN_PATH, [] { return std::make_unique<JsonLines>(); }});
  }
  int failed = 0;
  for (int i = 0; i < results.size(); ++i) failed += results.GetTestPartResult(i).failed() ? 1 : 0;
  return failed;
}

class SuiteTest : public ::testing::TestWithParam<Defect> {};

TEST_P(SuiteTest, CatchesTheDefect) {
  ::setenv("SYNCLINE_DEFECT", GetParam().name, 1);
  EXPECT_GT(failures(GetParam().contract), 0) << GetParam().contract << " does not notice";
  ::setenv("SYNCLINE_DEFECT", "none", 1);
  EXPECT_EQ(failures(GetParam().contract), 0) << GetParam().contract << " fails without the defect";
}

INSTANTIATE_TEST_SUITE_P(Defects, SuiteTest, ::testing::ValuesIn(kDefects),
                         [](const auto& defect) { return std::string(defect.param.name); });

TEST(SuiteTest, HasADefectForEveryContract) {
  for (const auto& contract : syncline::testing::all_contracts()) {
    bool covered = false;
    for (const Defect& defect : kDefects) covered = covered || std::string_view(defect.contract) == contract.name;
    EXPECT_TRUE(covered) << contract.name;
  }
}

}  // namespace
