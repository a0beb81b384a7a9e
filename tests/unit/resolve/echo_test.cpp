// Net 3 of SEMANTICS 6: what the hub wrote comes back.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

namespace hub::resolve::testing {

namespace {

struct Row {
  const char* title;
  std::vector<model::Change> before;
  model::Change change;
  model::Link known;
  const char* decision;
};

class Echo : public ::testing::TestWithParam<std::tuple<model::MergeMode, Row>> {};

TEST_P(Echo, IsToldFromNews) {
  const auto& [mode, row] = GetParam();
  Desk desk(client(mode));
  desk.play(row.before);
  EXPECT_EQ(describe(desk.ask(row.change, &row.known)), row.decision) << row.title;
}

model::Link delivered(std::int64_t base, FieldList shadow) { return link("Portal", base, shadow, true); }

model::Link removed(bool from_delivery) {
  model::Link known = link("Portal", 2, {}, from_delivery);
  known.deleted = true;
  return known;
}

const Row kRows[] = {
    {"without version",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("Portal", {}, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 1"},
    {"without version, of an older delivery",
     {upsert("CRM", 1, {{"name", "A"}}), upsert("CRM", 2, {{"name", "B"}})},
     upsert("Portal", {}, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 2"},
    {"a part of what was delivered",
     {upsert("CRM", 1, {{"name", "A"}, {"email", "a"}})},
     upsert("Portal", {}, {{"email", "a"}}),
     delivered(1, {{"name", "A"}, {"email", "a"}}),
     "ECHO no_change 1"},
    {"with the empty columns of the source",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("Portal", {}, {{"name", "A"}, {"phone", nullptr}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 1"},
    {"as the source rounded or trimmed it",
     {upsert("CRM", 1, {{"name", "A "}})},
     upsert("Portal", {}, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 1"},
    {"a real edit right after the delivery",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("Portal", {}, {{"name", "B"}}),
     delivered(1, {{"name", "A"}}),
     "VERSION_WIN applied 2 | name+unseen(A)"},
    {"with the delivered version",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("Portal", 1, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 1"},
    {"with a version of an older delivery",
     {upsert("CRM", 1, {{"name", "A"}}), upsert("CRM", 4, {{"name", "B"}})},
     upsert("Portal", 1, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 4"},
    {"with a higher version over the same values",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("Portal", 7, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "ECHO no_change 1"},
    {"a higher version over a record that moved on is a claim",
     {upsert("CRM", 1, {{"name", "A"}}), upsert("CRM", 4, {{"name", "B"}})},
     upsert("Portal", 7, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "VERSION_WIN applied 7 | name+higher_version(B)"},
    {"a higher version over a deleted record is a claim",
     {upsert("CRM", 1, {{"name", "A"}}), erase("CRM", 2)},
     upsert("Portal", 7, {{"name", "A"}}),
     delivered(1, {{"name", "A"}}),
     "VERSION_WIN applied 7 | name+higher_version(null)"},
    {"what the source said itself, with a version, goes to the ladder",
     {upsert("Portal", 1, {{"name", "A"}})},
     upsert("Portal", 1, {{"name", "A"}}),
     link("Portal", 1, {{"name", "A"}}),
     "NO_CHANGE no_change 1 | name-equal"},
    {"a delete that the hub delivered",
     {upsert("CRM", 1, {{"name", "A"}}), erase("CRM", 2)},
     erase("Portal", {}),
     removed(true),
     "ECHO no_change 2"},
    {"a delete that the hub delivered, with a version",
     {upsert("CRM", 1, {{"name", "A"}}), erase("CRM", 2)},
     erase("Portal", 3),
     removed(true),
     "ECHO no_change 2"},
    {"a delete that the hub delivered, after a revival",
     {erase("CRM", 2), upsert("CRM", 3, {{"name", "B"}})},
     erase("Portal", 3),
     removed(true),
     "ECHO no_change 3"},
    {"a delete of higher version after a revival is a claim",
     {erase("CRM", 2), upsert("CRM", 3, {{"name", "B"}})},
     erase("Portal", 4),
     removed(true),
     "VERSION_WIN applied 4 | name+higher_version(B)"},
    {"a delete that the source said before",
     {upsert("CRM", 1, {{"name", "A"}}), erase("Portal", 2)},
     erase("Portal", {}),
     removed(false),
     "NO_CHANGE no_change 2"},
    {"an upsert of what was delivered before the record was deleted there",
     {upsert("CRM", 1, {{"name", "A"}}), erase("CRM", 2)},
     upsert("Portal", {}, {{"name", "A"}}),
     removed(true),
     "VERSION_WIN applied 3 | name+unseen(null)"},
};

INSTANTIATE_TEST_SUITE_P(Net3, Echo,
                         ::testing::Combine(::testing::Values(model::MergeMode::kRecord, model::MergeMode::kField),
                                            ::testing::ValuesIn(kRows)));

TEST(Echo, IsHeardBeforeADeleteIsIgnoredOrAskedFor) {
  for (const auto mode : {model::DeleteMode::kIgnore, model::DeleteMode::kManual}) {
    Desk desk;
    desk.play({upsert("CRM", 1, {{"name", "A"}}), erase("CRM", 2)});
    desk.schema.deletes = mode;
    const model::Link known = removed(true);
    EXPECT_EQ(desk.ask(erase("Portal", {}), &known).resolution, model::Resolution::kEcho);
  }
}

}  // namespace

}  // namespace hub::resolve::testing
