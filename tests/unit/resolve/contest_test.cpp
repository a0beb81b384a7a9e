// Field policies, at the record's version and in both merge modes.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

namespace hub::resolve::testing {

namespace {

struct Row {
  const char* title;
  model::Change first;
  model::Change second;
  const char* decision;
};

class Policy : public ::testing::TestWithParam<std::tuple<model::MergeMode, Row>> {};

TEST_P(Policy, SettlesAnOverlapBeforePriority) {
  const auto& [mode, row] = GetParam();
  Desk desk(client(mode));
  desk.send(row.first);
  EXPECT_EQ(describe(desk.send(row.second)), row.decision) << row.title;
}

const Row kRows[] = {
    {"prefer: a listed source beats an unlisted one of better priority", upsert("CRM", 1, {{"status", "a"}}),
     upsert("Portal", 1, {{"status", "b"}}), "PRIORITY_WIN applied 1 | status+prefer(a)"},
    {"prefer: an unlisted one loses", upsert("Portal", 1, {{"status", "a"}}), upsert("CRM", 1, {{"status", "b"}}),
     "PRIORITY_WIN superseded 1 | status-prefer(b)"},
    {"prefer: the first listed wins", upsert("Portal", 1, {{"status", "a"}}), upsert("ERP", 1, {{"status", "b"}}),
     "PRIORITY_WIN applied 1 | status+prefer(a)"},
    {"prefer: two unlisted fall through to priority", upsert("LocalDB", 1, {{"status", "a"}}),
     upsert("CRM", 1, {{"status", "b"}}), "PRIORITY_WIN applied 1 | status+priority(a)"},
    {"prefer: the same source is a tie", upsert("ERP", 1, {{"status", "a"}}), upsert("ERP", 1, {{"status", "b"}}),
     "MANUAL conflict 1 | status-tie(b)"},
    {"newest: the later one wins against priority", seen_at(upsert("CRM", 1, {{"note", "a"}}), 10'000),
     seen_at(upsert("ERP", 1, {{"note", "b"}}), 12'000), "PRIORITY_WIN applied 1 | note+newest(a)"},
    {"newest: the earlier one loses against priority", seen_at(upsert("ERP", 1, {{"note", "a"}}), 12'000),
     seen_at(upsert("CRM", 1, {{"note", "b"}}), 10'000), "PRIORITY_WIN superseded 1 | note-newest(b)"},
    {"newest: closer than the tolerance falls through", seen_at(upsert("CRM", 1, {{"note", "a"}}), 10'000),
     seen_at(upsert("ERP", 1, {{"note", "b"}}), 11'999), "PRIORITY_WIN superseded 1 | note-priority(b)"},
    {"newest: without a time on one side falls through", upsert("CRM", 1, {{"note", "a"}}),
     seen_at(upsert("ERP", 1, {{"note", "b"}}), 90'000), "PRIORITY_WIN superseded 1 | note-priority(b)"},
    {"newest: without a time on the other side falls through", seen_at(upsert("ERP", 1, {{"note", "a"}}), 90'000),
     upsert("CRM", 1, {{"note", "b"}}), "PRIORITY_WIN applied 1 | note+priority(a)"},
    {"newest: times at both ends of the range", seen_at(upsert("CRM", 1, {{"note", "a"}}), INT64_MIN),
     seen_at(upsert("ERP", 1, {{"note", "b"}}), INT64_MAX), "PRIORITY_WIN applied 1 | note+newest(a)"},
    {"newest: one source that changed its mind", seen_at(upsert("CRM", 1, {{"note", "a"}}), 10'000),
     seen_at(upsert("CRM", 1, {{"note", "b"}}), 20'000), "PRIORITY_WIN applied 1 | note+newest(a)"},
    {"manual: always for a person", upsert("ERP", 1, {{"tax", "a"}}), upsert("CRM", 1, {{"tax", "b"}}),
     "MANUAL conflict 1 | tax-manual(b)"},
    {"manual: an equal value is no overlap", upsert("CRM", 1, {{"tax", "a"}}), upsert("ERP", 1, {{"tax", "a"}}),
     "NO_CHANGE no_change 1 | tax-equal"},
    {"manual: a higher version is no overlap", upsert("CRM", 1, {{"tax", "a"}}), upsert("ERP", 2, {{"tax", "b"}}),
     "VERSION_WIN applied 2 | tax+higher_version(a)"},
    {"owner: another source never takes it", upsert("ERP", 1, {{"credit", "1"}}), upsert("CRM", 1, {{"credit", "2"}}),
     "PRIORITY_WIN superseded 1 | credit-owner(2)"},
    {"owner: not even where nobody wrote it", upsert("ERP", 1, {{"name", "A"}}),
     upsert("CRM", 1, {{"credit", "2"}, {"email", "e"}}),
     "PRIORITY_WIN applied 1 | credit-owner(2) email+unseen(null)"},
    {"owner: its own second value at one version is a tie", upsert("ERP", 1, {{"credit", "1"}}),
     upsert("ERP", 1, {{"credit", "2"}}), "MANUAL conflict 1 | credit-tie(2)"},
    {"policies and priority side by side", upsert("CRM", 1, {{"status", "a"}, {"name", "A"}}),
     upsert("ERP", 1, {{"status", "b"}, {"name", "B"}}), "PRIORITY_WIN applied 1 | name-priority(B) status+prefer(a)"},
};

INSTANTIATE_TEST_SUITE_P(Ladder, Policy,
                         ::testing::Combine(::testing::Values(model::MergeMode::kRecord, model::MergeMode::kField),
                                            ::testing::ValuesIn(kRows)));

TEST(Policy, AnOwnerWinsAgainstAValueFromBeforeItOwnedTheField) {
  Desk desk;
  desk.schema.fields[3].policy = {};
  desk.send(upsert("CRM", 1, {{"credit", "1"}}));
  desk.schema = client();
  EXPECT_EQ(describe(desk.send(upsert("ERP", 1, {{"credit", "2"}}))), "PRIORITY_WIN applied 1 | credit+owner(1)");
}

TEST(Policy, AFieldThatTheEntityLostGoesByPriority) {
  Desk desk;
  desk.send(upsert("ERP", 1, {{"gone", "1"}}));
  EXPECT_EQ(describe(desk.send(upsert("CRM", 1, {{"gone", "2"}}))), "PRIORITY_WIN applied 1 | gone+priority(1)");
}

}  // namespace

}  // namespace hub::resolve::testing
