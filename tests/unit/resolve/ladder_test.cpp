// The ladder of SEMANTICS 3 in `merge: record`, row by row.
#include "hub/resolve/ladder.hpp"

#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hub::resolve::testing {

namespace {

struct Row {
  const char* title;
  std::vector<model::Change> before;
  model::Change change;
  const char* decision;
  const char* record;
};

class LadderRow : public ::testing::TestWithParam<Row> {};

TEST_P(LadderRow, DecidesAsTabled) {
  const Row& row = GetParam();
  Desk desk;
  desk.play(row.before);
  EXPECT_EQ(describe(desk.send(row.change)), row.decision) << row.title;
  EXPECT_EQ(describe(desk.record), row.record) << row.title;
}

const Row kRows[] = {
    {"new record",
     {},
     upsert("CRM", 4, {{"name", "A"}, {"email", nullptr}}),
     "NEW_RECORD applied 4 | email+new_record name+new_record(null)",
     "4 CRM {email=null@4:CRM name=A@4:CRM}"},
    {"new record leaves out what another source owns",
     {},
     upsert("CRM", 1, {{"name", "A"}, {"credit", "9"}}),
     "NEW_RECORD applied 1 | credit-owner(9) name+new_record(null)",
     "1 CRM {name=A@1:CRM}"},
    {"new record of nothing but another's fields",
     {},
     upsert("CRM", 1, {{"credit", "9"}}),
     "NEW_RECORD applied 1 | credit-owner(9)",
     "1 CRM {}"},
    {"version win keeps the fields that the change does not name",
     {upsert("CRM", 1, {{"name", "A"}, {"email", "a"}})},
     upsert("Portal", 2, {{"name", "B"}}),
     "VERSION_WIN applied 2 | name+higher_version(A)",
     "2 Portal {email=a@1:CRM name=B@2:Portal}"},
    {"version win with the same value moves version and stamp",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("ERP", 3, {{"name", "A"}}),
     "VERSION_WIN applied 3 | name+higher_version",
     "3 ERP {name=A@3:ERP}"},
    {"version win clears with null",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("ERP", 2, {{"name", nullptr}}),
     "VERSION_WIN applied 2 | name+higher_version(A)",
     "2 ERP {name=null@2:ERP}"},
    {"version win does not take an owned field",
     {upsert("ERP", 1, {{"name", "A"}, {"credit", "1"}})},
     upsert("CRM", 2, {{"name", "B"}, {"credit", "2"}}),
     "VERSION_WIN applied 2 | credit-owner(2) name+higher_version(A)",
     "2 CRM {credit=1@1:ERP name=B@2:CRM}"},
    {"a higher version that brings nothing but an owned field is superseded",
     {upsert("ERP", 1, {{"credit", "1"}})},
     upsert("CRM", 2, {{"credit", "2"}}),
     "PRIORITY_WIN superseded 1 | credit-owner(2)",
     "1 ERP {credit=1@1:ERP}"},
    {"a higher version that agrees on an owned field moves the version alone",
     {upsert("ERP", 1, {{"credit", "1"}})},
     upsert("CRM", 2, {{"credit", "1"}}),
     "VERSION_WIN applied 2 | credit-equal",
     "2 CRM {credit=1@1:ERP}"},
    {"stale",
     {upsert("CRM", 2, {{"name", "A"}, {"email", "a"}})},
     upsert("CRM", 1, {{"name", "B"}, {"email", "a"}}),
     "STALE_SKIP superseded 2 | email-stale name-stale(B)",
     "2 CRM {email=a@2:CRM name=A@2:CRM}"},
    {"stale although nobody wrote the field",
     {upsert("CRM", 2, {{"name", "A"}})},
     upsert("ERP", 1, {{"phone", "1"}}),
     "STALE_SKIP superseded 2 | phone-stale(1)",
     "2 CRM {name=A@2:CRM}"},
    {"same version without overlap merges",
     {upsert("CRM", 3, {{"name", "A"}})},
     upsert("ERP", 3, {{"email", "b"}}),
     "FIELD_MERGE applied 3 | email+unseen(null)",
     "3 ERP {email=b@3:ERP name=A@3:CRM}"},
    {"a field of an older version is no overlap",
     {upsert("CRM", 2, {{"name", "A"}, {"email", "a"}}), upsert("CRM", 3, {{"name", "B"}})},
     upsert("LocalDB", 3, {{"email", "c"}}),
     "FIELD_MERGE applied 3 | email+unseen(a)",
     "3 LocalDB {email=c@3:LocalDB name=B@3:CRM}"},
    {"an equal value is no overlap and keeps the stamp of its version",
     {upsert("CRM", 3, {{"name", "A"}})},
     upsert("Portal", 3, {{"name", "A"}, {"email", "b"}}),
     "FIELD_MERGE applied 3 | email+unseen(null) name-equal",
     "3 Portal {email=b@3:Portal name=A@3:CRM}"},
    {"an equal value of an older version is written again with the rest",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("CRM", 3, {{"email", "a"}})},
     upsert("ERP", 3, {{"name", "A"}, {"phone", "1"}}),
     "FIELD_MERGE applied 3 | name+equal phone+unseen(null)",
     "3 ERP {email=a@3:CRM name=A@3:ERP phone=1@3:ERP}"},
    {"no change",
     {upsert("CRM", 3, {{"name", "A"}})},
     upsert("ERP", 3, {{"name", "A"}}),
     "NO_CHANGE no_change 3 | name-equal",
     "3 CRM {name=A@3:CRM}"},
    {"no change writes not even a stamp",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("CRM", 3, {{"email", "a"}})},
     upsert("ERP", 3, {{"name", "A"}}),
     "NO_CHANGE no_change 3 | name-equal",
     "3 CRM {email=a@3:CRM name=A@2:CRM}"},
    {"clearing what nobody wrote changes nothing",
     {upsert("CRM", 3, {{"name", "A"}})},
     upsert("ERP", 3, {{"phone", nullptr}}),
     "NO_CHANGE no_change 3 | phone-equal",
     "3 CRM {name=A@3:CRM}"},
    {"the better priority takes each overlapping field",
     {upsert("ERP", 1, {{"name", "A"}, {"email", "a"}})},
     upsert("CRM", 1, {{"name", "B"}, {"email", "b"}}),
     "PRIORITY_WIN applied 1 | email+priority(a) name+priority(A)",
     "1 CRM {email=b@1:CRM name=B@1:CRM}"},
    {"the worse priority loses all that overlaps",
     {upsert("CRM", 1, {{"name", "A"}, {"email", "a"}})},
     upsert("ERP", 1, {{"name", "B"}, {"email", "b"}}),
     "PRIORITY_WIN superseded 1 | email-priority(b) name-priority(B)",
     "1 CRM {email=a@1:CRM name=A@1:CRM}"},
    {"the worse priority still merges what does not overlap",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("ERP", 1, {{"name", "B"}, {"email", "b"}}),
     "PRIORITY_WIN applied 1 | email+unseen(null) name-priority(B)",
     "1 ERP {email=b@1:ERP name=A@1:CRM}"},
    {"each field against its own writer",
     {upsert("CRM", 1, {{"name", "A"}}), upsert("Portal", 1, {{"email", "c"}})},
     upsert("ERP", 1, {{"name", "B"}, {"email", "b"}}),
     "PRIORITY_WIN applied 1 | email+priority(c) name-priority(B)",
     "1 ERP {email=b@1:ERP name=A@1:CRM}"},
    {"the same source twice at one version is for a person",
     {upsert("CRM", 5, {{"name", "A"}})},
     upsert("CRM", 5, {{"name", "B"}, {"email", "b"}}),
     "MANUAL conflict 5 | email-unseen(b) name-tie(B)",
     "5 CRM {name=A@5:CRM}"},
    {"two sources of one priority are for a person",
     {upsert("LocalDB", 5, {{"name", "A"}})},
     upsert("Shop", 5, {{"name", "B"}}),
     "MANUAL conflict 5 | name-tie(B)",
     "5 LocalDB {name=A@5:LocalDB}"},
    {"one tie sends the whole change to a person",
     {upsert("LocalDB", 5, {{"name", "A"}, {"email", "a"}}), upsert("CRM", 5, {{"phone", "1"}})},
     upsert("CRM", 5, {{"name", "B"}, {"phone", "2"}}),
     "MANUAL conflict 5 | name-priority(B) phone-tie(2)",
     "5 CRM {email=a@5:LocalDB name=A@5:LocalDB phone=1@5:CRM}"},
    {"sources without a row share the last place",
     {upsert("Wiki", 5, {{"name", "A"}})},
     upsert("Chat", 5, {{"name", "B"}}),
     "MANUAL conflict 5 | name-tie(B)",
     "5 Wiki {name=A@5:Wiki}"},
    {"a source with a row beats one without",
     {upsert("Wiki", 5, {{"name", "A"}})},
     upsert("Shop", 5, {{"name", "B"}}),
     "PRIORITY_WIN applied 5 | name+priority(A)",
     "5 Shop {name=B@5:Shop}"},
    {"an upsert of nothing moves a lower version",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("CRM", 2, {}),
     "VERSION_WIN applied 2",
     "2 CRM {name=A@1:CRM}"},
    {"an upsert of nothing at the record's version",
     {upsert("CRM", 2, {{"name", "A"}})},
     upsert("ERP", 2, {}),
     "NO_CHANGE no_change 2",
     "2 CRM {name=A@2:CRM}"},
    {"the highest version there is",
     {upsert("CRM", 1, {{"name", "A"}})},
     upsert("ERP", std::numeric_limits<std::int64_t>::max(), {{"name", "B"}}),
     "VERSION_WIN applied 9223372036854775807 | name+higher_version(A)",
     "9223372036854775807 ERP {name=B@9223372036854775807:ERP}"},
};

INSTANTIATE_TEST_SUITE_P(Ladder, LadderRow, ::testing::ValuesIn(kRows));

TEST(Ladder, PrioritiesAreReadForEachDecision) {
  Desk desk;
  desk.play({upsert("ERP", 1, {{"name", "A"}})});
  const model::Change change = upsert("LocalDB", 1, {{"name", "B"}});
  EXPECT_EQ(describe(desk.ask(change)), "PRIORITY_WIN superseded 1 | name-priority(B)");
  desk.priorities = Priorities{{{"ERP", 2}, {"LocalDB", 1}}};
  EXPECT_EQ(describe(desk.ask(change)), "PRIORITY_WIN applied 1 | name+priority(A)");
}

TEST(Ladder, ValuesOfAnotherKindDiffer) {
  Desk desk;
  desk.play({upsert("ERP", 1, {{"name", "1"}})});
  model::Change change = upsert("CRM", 1, {});
  change.fields = {{"name", model::Value::integer(1)}};
  EXPECT_EQ(describe(desk.send(change)), "PRIORITY_WIN applied 1 | name+priority(1)");
  EXPECT_EQ(desk.record->find("name")->value, model::Value::integer(1));
}

TEST(Apply, StampsWithTheChangeAndLeavesTheRestToTheStore) {
  model::Record record;
  record.row_version = 7;
  record.head_source = "CRM";
  record.head_seq = 3;
  record.updated_at_ms = 99;
  model::Change change = seen_at(upsert("CRM", 2, {{"name", "A"}}), 1234);
  const Desk desk;
  const model::Decision decision = desk.ask(change);
  apply(record, change, decision, {.version = 77, .source = "CRM", .seq = 5, .at_ms = 42, .observed_at_ms = 1234});
  const model::Stamp expected{.version = 2, .source = "CRM", .seq = 5, .at_ms = 42, .observed_at_ms = 1234};
  ASSERT_NE(record.find("name"), nullptr);
  EXPECT_EQ(record.find("name")->stamp, expected);
  EXPECT_EQ(record.row_version, 7);
  EXPECT_EQ(record.head_source, "CRM");
  EXPECT_EQ(record.head_seq, 3);
  EXPECT_EQ(record.updated_at_ms, 99);
}

TEST(Apply, DoesNothingForADecisionThatDoesNotWrite) {
  Desk desk;
  desk.play({upsert("CRM", 5, {{"name", "A"}})});
  const model::Record before = *desk.record;
  for (const auto& change : {upsert("CRM", 5, {{"name", "B"}}), upsert("ERP", 5, {{"name", "B"}}),
                             upsert("ERP", 4, {{"name", "B"}}), upsert("ERP", 5, {{"name", "A"}})}) {
    const model::Decision decision = desk.ask(change);
    EXPECT_FALSE(decision.writes);
    apply(*desk.record, change, decision, {});
    EXPECT_EQ(*desk.record, before) << describe(decision);
  }
}

}  // namespace

}  // namespace hub::resolve::testing
