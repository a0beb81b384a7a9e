// Changes without version: the three-way merge of SEMANTICS 4.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hub::resolve::testing {

namespace {

struct Row {
  const char* title;
  std::vector<model::Change> before;
  model::Change change;
  std::optional<model::Link> known;
  const char* decision;
  const char* record;
};

class ThreeWay : public ::testing::TestWithParam<std::tuple<model::MergeMode, Row>> {};

TEST_P(ThreeWay, MergesAgainstTheBase) {
  const auto& [mode, row] = GetParam();
  Desk desk(client(mode));
  desk.play(row.before);
  EXPECT_EQ(describe(desk.send(row.change, row.known ? &*row.known : nullptr)), row.decision) << row.title;
  EXPECT_EQ(describe(desk.record), row.record) << row.title;
}

const std::optional<std::int64_t> kNone;

model::Link gone(model::Link known) {
  known.deleted = true;
  return known;
}

const Row kUpserts[] = {
    {"no record",
     {},
     upsert("CRM", kNone, {{"name", "A"}, {"email", nullptr}}),
     {},
     "NEW_RECORD applied 1 | email+new_record name+new_record(null)",
     "1 CRM {email=null@1:CRM name=A@1:CRM}"},
    {"no record and nothing but an owner's field",
     {},
     upsert("CRM", kNone, {{"credit", "1"}}),
     {},
     "NEW_RECORD applied 1 | credit-owner(1)",
     "1 CRM {}"},
    {"on the newest base",
     {upsert("ERP", 4, {{"name", "A"}, {"email", "a"}})},
     on_base(upsert("Portal", kNone, {{"name", "B"}}), 4),
     {},
     "VERSION_WIN applied 5 | name+unseen(A)",
     "5 Portal {email=a@4:ERP name=B@5:Portal}"},
    {"on the link's base",
     {upsert("ERP", 4, {{"name", "A"}})},
     upsert("Portal", kNone, {{"name", "B"}}),
     link("Portal", 4, {{"name", "A"}}),
     "VERSION_WIN applied 5 | name+unseen(A)",
     "5 Portal {name=B@5:Portal}"},
    {"the change's own base counts before the link's",
     {upsert("ERP", 2, {{"name", "A"}}), upsert("CRM", 4, {{"name", "C"}})},
     on_base(upsert("Portal", kNone, {{"name", "B"}}), 2),
     link("Portal", 4, {{"name", "C"}}),
     "PRIORITY_WIN superseded 4 | name-priority(B)",
     "4 CRM {name=C@4:CRM}"},
    {"without base or link everything of others is unseen",
     {upsert("ERP", 4, {{"name", "A"}})},
     upsert("CRM", kNone, {{"name", "B"}, {"email", "b"}}),
     {},
     "PRIORITY_WIN applied 5 | email+unseen(null) name+priority(A)",
     "5 CRM {email=b@5:CRM name=B@5:CRM}"},
    {"a base beyond the record's version",
     {upsert("ERP", 4, {{"name", "A"}})},
     on_base(upsert("Portal", kNone, {{"name", "B"}}), 9),
     {},
     "VERSION_WIN applied 5 | name+unseen(A)",
     "5 Portal {name=B@5:Portal}"},
    {"only what differs from the shadow is an edit",
     {upsert("ERP", 1, {{"name", "A"}, {"email", "a"}}), upsert("ERP", 2, {{"name", "B"}})},
     upsert("Portal", kNone, {{"name", "A"}, {"email", "c"}}),
     link("Portal", 1, {{"name", "A"}, {"email", "a"}}),
     "FIELD_MERGE applied 3 | email+unseen(a)",
     "3 Portal {email=c@3:Portal name=B@2:ERP}"},
    {"an empty column that the shadow does not know is no edit",
     {upsert("ERP", 1, {{"name", "A"}}), upsert("ERP", 2, {{"email", "a"}})},
     upsert("CRM", kNone, {{"name", "B"}, {"email", nullptr}}),
     link("CRM", 1, {{"name", "A"}}),
     "FIELD_MERGE applied 3 | name+unseen(A)",
     "3 CRM {email=a@2:ERP name=B@3:CRM}"},
    {"a cleared field is an edit",
     {upsert("ERP", 1, {{"name", "A"}})},
     upsert("Portal", kNone, {{"name", nullptr}}),
     link("Portal", 1, {{"name", "A"}}),
     "VERSION_WIN applied 2 | name+unseen(A)",
     "2 Portal {name=null@2:Portal}"},
    {"a return to an old value on a newer base is an edit",
     {upsert("ERP", 1, {{"name", "A"}}), upsert("ERP", 2, {{"name", "B"}})},
     on_base(upsert("Portal", kNone, {{"name", "A"}}), 2),
     link("Portal", 1, {{"name", "A"}}),
     "VERSION_WIN applied 3 | name+unseen(B)",
     "3 Portal {name=A@3:Portal}"},
    {"nothing edited, said by the source itself",
     {upsert("Portal", 1, {{"name", "A"}}), upsert("ERP", 2, {{"name", "B"}})},
     upsert("Portal", kNone, {{"name", "A"}}),
     link("Portal", 1, {{"name", "A"}}),
     "NO_CHANGE no_change 2",
     "2 ERP {name=B@2:ERP}"},
    {"what canonical holds already",
     {upsert("ERP", 2, {{"name", "B"}})},
     upsert("Portal", kNone, {{"name", "B"}}),
     link("Portal", 1, {{"name", "A"}}),
     "NO_CHANGE no_change 2 | name-equal",
     "2 ERP {name=B@2:ERP}"},
    {"an equal value leaves the stamp to who wrote it",
     {upsert("ERP", 2, {{"name", "B"}})},
     upsert("Portal", kNone, {{"name", "B"}, {"email", "c"}}),
     link("Portal", 2, {}),
     "VERSION_WIN applied 3 | email+unseen(null) name-equal",
     "3 Portal {email=c@3:Portal name=B@2:ERP}"},
    {"what the source wrote itself since its base is no overlap",
     {upsert("Portal", 1, {{"name", "A"}}), upsert("Portal", 2, {{"name", "B"}}), upsert("ERP", 3, {{"email", "a"}})},
     upsert("Portal", kNone, {{"name", "C"}}),
     link("Portal", 1, {{"name", "A"}}),
     "FIELD_MERGE applied 4 | name+unseen(B)",
     "4 Portal {email=a@3:ERP name=C@4:Portal}"},
    {"an overlap goes by priority",
     {upsert("ERP", 1, {{"name", "A"}, {"email", "a"}}), upsert("CRM", 2, {{"name", "B"}})},
     upsert("Portal", kNone, {{"name", "C"}, {"email", "c"}}),
     link("Portal", 1, {{"name", "A"}, {"email", "a"}}),
     "PRIORITY_WIN applied 3 | email+unseen(a) name-priority(C)",
     "3 Portal {email=c@3:Portal name=B@2:CRM}"},
    {"an overlap of equals is for a person",
     {upsert("ERP", 1, {{"name", "A"}}), upsert("Shop", 2, {{"name", "B"}})},
     upsert("LocalDB", kNone, {{"name", "C"}, {"email", "c"}}),
     link("LocalDB", 1, {{"name", "A"}}),
     "MANUAL conflict 2 | email-unseen(c) name-tie(C)",
     "2 Shop {name=B@2:Shop}"},
    {"an overlap by policy",
     {upsert("CRM", 1, {{"status", "a"}, {"tax", "1"}}), upsert("CRM", 2, {{"status", "b"}})},
     upsert("Portal", kNone, {{"status", "c"}}),
     link("Portal", 1, {{"status", "a"}}),
     "PRIORITY_WIN applied 3 | status+prefer(b)",
     "3 Portal {status=c@3:Portal tax=1@1:CRM}"},
    {"an overlap on a field for a person",
     {upsert("CRM", 2, {{"tax", "1"}})},
     on_base(upsert("ERP", kNone, {{"tax", "2"}}), 1),
     {},
     "MANUAL conflict 2 | tax-manual(2)",
     "2 CRM {tax=1@2:CRM}"},
    {"an owned field is refused on the newest base too",
     {upsert("ERP", 2, {{"credit", "1"}})},
     on_base(upsert("CRM", kNone, {{"credit", "2"}}), 2),
     {},
     "PRIORITY_WIN superseded 2 | credit-owner(2)",
     "2 ERP {credit=1@2:ERP}"},
    {"an owned field beside others",
     {upsert("ERP", 2, {{"credit", "1"}})},
     on_base(upsert("CRM", kNone, {{"credit", "2"}, {"name", "A"}}), 1),
     {},
     "PRIORITY_WIN applied 3 | credit-owner(2) name+unseen(null)",
     "3 CRM {credit=1@2:ERP name=A@3:CRM}"},
    {"a deleted record that the source saw deleted comes back",
     {upsert("ERP", 1, {{"name", "A"}}), erase("ERP", 2)},
     upsert("Portal", kNone, {{"name", "A"}}),
     gone(link("Portal", 2, {{"name", "A"}})),
     "VERSION_WIN applied 3 | name+unseen(null)",
     "3 Portal {name=A@3:Portal}"},
    {"an edit of a record that another source deleted overlaps with the delete, and wins as a whole",
     {upsert("ERP", 1, {{"name", "A"}, {"email", "a"}}), erase("ERP", 2)},
     upsert("CRM", kNone, {{"name", "B"}, {"email", "a"}}),
     link("CRM", 1, {{"name", "A"}, {"email", "a"}}),
     "PRIORITY_WIN applied 3 | email+priority(null) name+priority(null)",
     "3 CRM {email=a@3:CRM name=B@3:CRM}"},
    {"or loses",
     {upsert("ERP", 1, {{"name", "A"}, {"email", "a"}}), erase("ERP", 2)},
     upsert("Portal", kNone, {{"name", "B"}, {"email", "a"}}),
     link("Portal", 1, {{"name", "A"}, {"email", "a"}}),
     "PRIORITY_WIN superseded 2 | email-priority(a) name-priority(B)",
     "2 ERP deleted@2:ERP {}"},
    {"no edit of a deleted record",
     {upsert("ERP", 1, {{"name", "A"}}), erase("ERP", 2)},
     upsert("CRM", kNone, {{"name", "A"}}),
     link("CRM", 1, {{"name", "A"}}),
     "NO_CHANGE no_change 2",
     "2 ERP deleted@2:ERP {}"},
    {"the highest version there is stays",
     {upsert("ERP", std::numeric_limits<std::int64_t>::max(), {{"name", "A"}})},
     on_base(upsert("CRM", kNone, {{"name", "B"}}), std::numeric_limits<std::int64_t>::max()),
     {},
     "VERSION_WIN applied 9223372036854775807 | name+unseen(A)",
     "9223372036854775807 CRM {name=B@9223372036854775807:CRM}"},
};

const Row kDeletes[] = {
    {"of nothing", {}, erase("CRM", kNone), {}, "NO_CHANGE no_change 0", "none"},
    {"on the newest base",
     {upsert("CRM", 2, {{"name", "A"}})},
     erase("LocalDB", kNone),
     link("LocalDB", 2, {{"name", "A"}}),
     "VERSION_WIN applied 3 | name+unseen(A)",
     "3 LocalDB deleted@3:LocalDB {}"},
    {"nobody else wrote since the base",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("Portal", 3, {{"email", "c"}})},
     erase("Portal", kNone),
     link("Portal", 2, {{"name", "A"}}),
     "FIELD_MERGE applied 4 | email+unseen(c) name+unseen(A)",
     "4 Portal deleted@4:Portal {}"},
    {"better than all that wrote since the base",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("Portal", 3, {{"email", "c"}})},
     erase("ERP", kNone),
     link("ERP", 2, {{"name", "A"}}),
     "PRIORITY_WIN applied 4 | email+priority(c) name+unseen(A)",
     "4 ERP deleted@4:ERP {}"},
    {"worse than all that wrote since the base",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("ERP", 3, {{"email", "c"}})},
     erase("Portal", kNone),
     link("Portal", 2, {{"name", "A"}}),
     "PRIORITY_WIN superseded 3 | email-priority(null) name-unseen(null)",
     "3 ERP {email=c@3:ERP name=A@2:CRM}"},
    {"better than one and worse than another",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("Portal", 3, {{"email", "c"}})},
     erase("ERP", kNone),
     link("ERP", 1, {}),
     "MANUAL conflict 3 | email-priority(null) name-priority(null)",
     "3 Portal {email=c@3:Portal name=A@2:CRM}"},
    {"of a deleted record",
     {upsert("CRM", 1, {{"name", "A"}}), erase("CRM", 2)},
     erase("ERP", kNone),
     link("ERP", 1, {{"name", "A"}}),
     "NO_CHANGE no_change 2",
     "2 CRM deleted@2:CRM {}"},
    {"again of the same source, while others brought the record back",
     {upsert("CRM", 1, {{"name", "A"}}), erase("ERP", 2), upsert("CRM", 3, {{"name", "B"}})},
     erase("ERP", kNone),
     gone(link("ERP", 2, {})),
     "NO_CHANGE no_change 3",
     "3 CRM {name=B@3:CRM}"},
};

const auto kModes = ::testing::Values(model::MergeMode::kRecord, model::MergeMode::kField);
INSTANTIATE_TEST_SUITE_P(Upserts, ThreeWay, ::testing::Combine(kModes, ::testing::ValuesIn(kUpserts)));
INSTANTIATE_TEST_SUITE_P(Deletes, ThreeWay, ::testing::Combine(kModes, ::testing::ValuesIn(kDeletes)));

}  // namespace

}  // namespace hub::resolve::testing
