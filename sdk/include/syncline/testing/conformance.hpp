#pragma once

#include "syncline/testing/pull_contracts.hpp"
#include "syncline/testing/push_contracts.hpp"
#include "syncline/testing/table_contracts.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

/// The conformance suite: whatever passes it works with the hub. An author writes a SourceFixture and one line:
///
///   class JsonLinesTest : public syncline::testing::SourceFixture { … };
///   SYNCLINE_CONFORMANCE(JsonLinesTest);
///
/// built with syncline_add_conformance_test(), which says where the plugin is (SYNCLINE_PLUGIN_PATH).
namespace syncline::testing {

/// One rule of the plugin contract. What breaks it is a GoogleTest failure; what the plugin does not claim is skipped.
struct Contract {
  const char* name;
  void (*check)(const Suite& suite);

  friend std::ostream& operator<<(std::ostream& out, const Contract& contract) { return out << contract.name; }
};

inline const std::vector<Contract>& all_contracts() {
  static const std::vector<Contract> all{
      {"EntryRefusesOtherMajors", contracts::entry_refuses_other_majors},
      {"TableIsWellFormed", contracts::table_is_well_formed},
      {"BadSettingsAreNamed", contracts::bad_settings_are_named},
      {"CheckReachesTheSource", contracts::check_reaches_the_source},
      {"SourcesAreIndependent", contracts::sources_are_independent},
      {"PullOfAnEmptySourceGivesNothing", contracts::pull_of_an_empty_source_gives_nothing},
      {"PullFromTheStartGivesAll", contracts::pull_from_the_start_gives_all},
      {"PullKeepsToItsLimit", contracts::pull_keeps_to_its_limit},
      {"PullReportsEditsAndDeletes", contracts::pull_reports_edits_and_deletes},
      {"PullGoesOnFromEveryCheckpoint", contracts::pull_goes_on_from_every_checkpoint},
      {"PullStopsWhenTold", contracts::pull_stops_when_told},
      {"SnapshotGivesEveryRecordOnce", contracts::snapshot_gives_every_record_once},
      {"PushWritesAndReportsEachItem", contracts::push_writes_and_reports_each_item},
      {"OneBadItemCostsNoOther", contracts::one_bad_item_costs_no_other},
      {"PushOfAKnownExternalIdMakesNoSecondRecord", contracts::push_of_a_known_external_id_makes_no_second_record},
      {"RepeatedPushWritesOnce", contracts::repeated_push_writes_once},
      {"OwnWritesAreNeverForeign", contracts::own_writes_are_never_foreign},
      {"AnEditAfterAPushIsNoEcho", contracts::an_edit_after_a_push_is_no_echo},
      {"ConditionalPushIsStaleAfterAnEdit", contracts::conditional_push_is_stale_after_an_edit},
      {"PushedDeleteRemovesTheRecord", contracts::pushed_delete_removes_the_record},
  };
  return all;
}

class Conformance : public ::testing::TestWithParam<Contract> {};

}  // namespace syncline::testing

/// Instantiates every contract for a default-constructible SourceFixture, as <fixture>/<contract>.
#define SYNCLINE_CONFORMANCE(fixture)                                                                               \
  class fixture##Conformance : public ::syncline::testing::Conformance {};                                          \
  TEST_P(fixture##Conformance, Holds) {                                                                             \
    GetParam().check({SYNCLINE_PLUGIN_PATH, [] { return std::make_unique<fixture>(); }});                           \
  }                                                                                                                 \
  INSTANTIATE_TEST_SUITE_P(Plugin, fixture##Conformance, ::testing::ValuesIn(::syncline::testing::all_contracts()), \
                           [](const auto& contract) { return std::string(contract.param.name); })
