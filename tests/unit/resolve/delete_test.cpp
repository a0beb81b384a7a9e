// Deletes and what comes back from them, in both merge modes.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

namespace hub::resolve::testing {

namespace {

using model::DeleteMode;
using model::MergeMode;

struct Row {
  const char* title;
  std::vector<model::Change> before;
  model::Change change;
  const char* decision;
  const char* record;
};

void check(Desk desk, const Row& row) {
  desk.play(row.before);
  EXPECT_EQ(describe(desk.send(row.change)), row.decision) << row.title;
  EXPECT_EQ(describe(desk.record), row.record) << row.title;
}

class RecordDelete : public ::testing::TestWithParam<Row> {};
TEST_P(RecordDelete, TakesOrLeavesTheWholeRecord) { check(Desk(client(MergeMode::kRecord)), GetParam()); }

class FieldDelete : public ::testing::TestWithParam<Row> {};
TEST_P(FieldDelete, StampsEveryField) { check(Desk(client(MergeMode::kField)), GetParam()); }

const Row kBothModes[] = {
    {"a higher version deletes",
     {upsert("ERP", 1, {{"name", "A"}, {"credit", "1"}, {"email", nullptr}})},
     erase("LocalDB", 2),
     "VERSION_WIN applied 2 | credit+higher_version(1) email+higher_version name+higher_version(A)",
     "2 LocalDB deleted@2:LocalDB {}"},
    {"deleting what was never there leaves a tombstone",
     {},
     erase("CRM", 4),
     "NEW_RECORD applied 4",
     "4 CRM deleted@4:CRM {}"},
    {"an older upsert does not bring it back",
     {erase("CRM", 4)},
     upsert("ERP", 3, {{"name", "A"}}),
     "STALE_SKIP superseded 4 | name-stale(A)",
     "4 CRM deleted@4:CRM {}"},
    {"a later version revives with its own fields",
     {upsert("CRM", 1, {{"name", "A"}, {"email", "a"}}), erase("CRM", 2)},
     upsert("ERP", 3, {{"name", "B"}}),
     "VERSION_WIN applied 3 | name+higher_version(null)",
     "3 ERP {name=B@3:ERP}"},
    {"deleting again at a higher version moves the tombstone",
     {erase("CRM", 2)},
     erase("ERP", 5),
     "VERSION_WIN applied 5",
     "5 ERP deleted@5:ERP {}"},
    {"the same delete again", {erase("CRM", 2)}, erase("CRM", 2), "NO_CHANGE no_change 2", "2 CRM deleted@2:CRM {}"},
    {"an older delete of a deleted record",
     {erase("CRM", 4)},
     erase("ERP", 2),
     "NO_CHANGE no_change 4",
     "4 CRM deleted@4:CRM {}"},
    {"a better priority deletes at the same version",
     {upsert("ERP", 2, {{"name", "A"}, {"email", "a"}})},
     erase("CRM", 2),
     "PRIORITY_WIN applied 2 | email+priority(a) name+priority(A)",
     "2 CRM deleted@2:CRM {}"},
    {"the same source against its own edit is for a person",
     {upsert("CRM", 2, {{"name", "A"}})},
     erase("CRM", 2),
     "MANUAL conflict 2 | name-tie(null)",
     "2 CRM {name=A@2:CRM}"},
    {"a field for a person makes the delete one",
     {upsert("Portal", 2, {{"name", "A"}, {"tax", "1"}})},
     erase("CRM", 2),
     "MANUAL conflict 2 | name-priority(null) tax-manual(null)",
     "2 Portal {name=A@2:Portal tax=1@2:Portal}"},
    {"at the same version an upsert of better priority revives",
     {erase("ERP", 2)},
     upsert("CRM", 2, {{"name", "A"}}),
     "PRIORITY_WIN applied 2 | name+priority(null)",
     "2 CRM {name=A@2:CRM}"},
    {"at the same version an upsert of worse priority loses to the tombstone",
     {erase("CRM", 2)},
     upsert("ERP", 2, {{"name", "A"}, {"email", nullptr}}),
     "PRIORITY_WIN superseded 2 | email-equal name-priority(A)",
     "2 CRM deleted@2:CRM {}"},
    {"at the same version the deleter's own upsert is for a person",
     {erase("CRM", 2)},
     upsert("CRM", 2, {{"name", "A"}}),
     "MANUAL conflict 2 | name-tie(A)",
     "2 CRM deleted@2:CRM {}"},
    {"each field meets the tombstone by its own policy",
     {erase("CRM", 2)},
     upsert("ERP", 2, {{"name", "A"}, {"status", "s"}, {"credit", "1"}}),
     "PRIORITY_WIN applied 2 | credit+owner(null) name-priority(A) status+prefer(null)",
     "2 ERP {credit=1@2:ERP status=s@2:ERP}"},
};
INSTANTIATE_TEST_SUITE_P(BothModes, RecordDelete, ::testing::ValuesIn(kBothModes));
INSTANTIATE_TEST_SUITE_P(BothModes, FieldDelete, ::testing::ValuesIn(kBothModes));

const Row kRecordMode[] = {
    {"a lower version is skipped",
     {upsert("CRM", 3, {{"name", "A"}})},
     erase("ERP", 2),
     "STALE_SKIP superseded 3 | name-stale(null)",
     "3 CRM {name=A@3:CRM}"},
    {"a worse priority loses",
     {upsert("CRM", 2, {{"name", "A"}})},
     erase("ERP", 2),
     "PRIORITY_WIN superseded 2 | name-priority(null)",
     "2 CRM {name=A@2:CRM}"},
    {"better on one field and worse on another is for a person",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("Portal", 2, {{"email", "c"}})},
     erase("ERP", 2),
     "MANUAL conflict 2 | email-priority(null) name-priority(null)",
     "2 Portal {email=c@2:Portal name=A@2:CRM}"},
    {"by the policy of one field and the priority of another",
     {upsert("ERP", 2, {{"name", "A"}, {"status", "s"}})},
     erase("CRM", 2),
     "MANUAL conflict 2 | name-priority(null) status-prefer(null)",
     "2 ERP {name=A@2:ERP status=s@2:ERP}"},
    {"fields of older versions do not count",
     {upsert("CRM", 1, {{"name", "A"}}), upsert("Portal", 2, {{"email", "c"}})},
     erase("ERP", 2),
     "PRIORITY_WIN applied 2 | email+priority(c) name+unseen(A)",
     "2 ERP deleted@2:ERP {}"},
    {"without a value of the record's version",
     {upsert("ERP", 1, {{"credit", "1"}}), upsert("CRM", 2, {{"credit", "1"}})},
     erase("CRM", 2),
     "FIELD_MERGE applied 2 | credit+unseen(1)",
     "2 CRM deleted@2:CRM {}"},
    {"a null of the record's version does not hold it",
     {upsert("CRM", 2, {{"name", nullptr}})},
     erase("ERP", 2),
     "FIELD_MERGE applied 2 | name+equal",
     "2 ERP deleted@2:ERP {}"},
    {"a second delete at one version",
     {erase("ERP", 2)},
     erase("CRM", 2),
     "NO_CHANGE no_change 2",
     "2 ERP deleted@2:ERP {}"},
    {"the tombstone stands for the fields that a revival left out",
     {erase("ERP", 2), upsert("CRM", 2, {{"name", "A"}})},
     upsert("Portal", 2, {{"email", "c"}}),
     "PRIORITY_WIN superseded 2 | email-priority(c)",
     "2 CRM {name=A@2:CRM}"},
};
INSTANTIATE_TEST_SUITE_P(Mode, RecordDelete, ::testing::ValuesIn(kRecordMode));

const Row kFieldMode[] = {
    {"newer fields survive and the record lives",
     {upsert("CRM", 1, {{"name", "A"}, {"email", "a"}}), upsert("CRM", 3, {{"name", "B"}})},
     erase("ERP", 2),
     "FIELD_MERGE applied 3 | email+higher_version(a) name-stale(null)",
     "3 ERP {name=B@3:CRM}"},
    {"an older change contributes nothing any more",
     {upsert("CRM", 3, {{"name", "B"}}), erase("ERP", 2)},
     upsert("CRM", 1, {{"name", "A"}, {"email", "a"}}),
     "STALE_SKIP superseded 3 | email-stale(a) name-stale(A)",
     "3 CRM {name=B@3:CRM}"},
    {"a delete that only newer fields outlive leaves its tombstone",
     {upsert("CRM", 3, {{"name", "B"}})},
     erase("ERP", 2),
     "STALE_SKIP superseded 3 writes | name-stale(null)",
     "3 CRM {name=B@3:CRM}"},
    {"a change between the tombstone and the record's version",
     {upsert("CRM", 5, {{"name", "B"}}), erase("ERP", 2)},
     upsert("Portal", 3, {{"email", "c"}}),
     "FIELD_MERGE applied 5 | email+higher_version(null)",
     "5 Portal {email=c@3:Portal name=B@5:CRM}"},
    {"a worse priority loses, and its tombstone stays for the fields that were never written",
     {upsert("CRM", 2, {{"name", "A"}})},
     erase("ERP", 2),
     "PRIORITY_WIN superseded 2 writes | name-priority(null)",
     "2 CRM {name=A@2:CRM}"},
    {"field by field at one version",
     {upsert("CRM", 2, {{"name", "A"}}), upsert("Portal", 2, {{"email", "c"}})},
     erase("ERP", 2),
     "PRIORITY_WIN applied 2 | email+priority(c) name-priority(null)",
     "2 ERP {name=A@2:CRM}"},
    {"an owner's field of the same version survives another's delete",
     {upsert("ERP", 2, {{"credit", "1"}, {"name", "A"}})},
     erase("CRM", 2),
     "PRIORITY_WIN applied 2 | credit-owner(null) name+priority(A)",
     "2 CRM {credit=1@2:ERP}"},
    {"of two deletes at one version a field keeps the better by its own order",
     {erase("ERP", 2)},
     erase("CRM", 2),
     "NO_CHANGE no_change 2 writes | credit-equal email+equal name+equal note+equal phone+equal status-equal tax+equal",
     "2 ERP deleted@2:CRM {credit=null@2:ERP status=null@2:ERP}"},
    {"whichever came first",
     {erase("CRM", 2)},
     erase("ERP", 2),
     "NO_CHANGE no_change 2 writes | credit+equal email-equal name-equal note-equal phone-equal status+equal tax-equal",
     "2 CRM deleted@2:CRM {credit=null@2:ERP status=null@2:ERP}"},
    {"the first of them again",
     {erase("ERP", 2), erase("CRM", 2)},
     erase("ERP", 2),
     "NO_CHANGE no_change 2 | credit-equal email-equal name-equal note-equal phone-equal status-equal tax-equal",
     "2 ERP deleted@2:CRM {credit=null@2:ERP status=null@2:ERP}"},
    {"a third source meets the better of the two",
     {erase("ERP", 2), erase("CRM", 2)},
     upsert("Portal", 2, {{"status", "s"}}),
     "PRIORITY_WIN superseded 2 | status-prefer(s)",
     "2 ERP deleted@2:CRM {credit=null@2:ERP status=null@2:ERP}"},
    {"a null at the delete's version does not revive",
     {erase("ERP", 2)},
     upsert("CRM", 2, {{"name", nullptr}}),
     "NO_CHANGE no_change 2 writes | name+equal",
     "2 ERP deleted@2:ERP {name=null@2:CRM}"},
    {"a record without cells dies at any version",
     {upsert("CRM", 4, {{"credit", "1"}})},
     erase("ERP", 2),
     "FIELD_MERGE applied 4",
     "4 ERP deleted@2:ERP {}"},
};
INSTANTIATE_TEST_SUITE_P(Mode, FieldDelete, ::testing::ValuesIn(kFieldMode));

TEST(DeleteMode, IgnoreTakesNoDelete) {
  Desk desk(client(MergeMode::kRecord, DeleteMode::kIgnore));
  EXPECT_EQ(describe(desk.send(erase("CRM", 1))), "NO_CHANGE no_change 0");
  desk.play({upsert("CRM", 1, {{"name", "A"}})});
  EXPECT_EQ(describe(desk.send(erase("CRM", 9))), "NO_CHANGE no_change 1");
  EXPECT_EQ(describe(desk.send(erase("CRM", std::nullopt))), "NO_CHANGE no_change 1");
  EXPECT_EQ(describe(desk.record), "1 CRM {name=A@1:CRM}");
}

TEST(DeleteMode, ManualAsksForEachDeleteThatWouldBeTaken) {
  for (const MergeMode mode : {MergeMode::kRecord, MergeMode::kField}) {
    Desk desk(client(mode, DeleteMode::kManual));
    EXPECT_EQ(describe(desk.send(erase("CRM", 1))), "NO_CHANGE no_change 0");
    desk.play({upsert("CRM", 3, {{"name", "A"}, {"email", nullptr}})});
    EXPECT_EQ(describe(desk.send(erase("ERP", 9))), "MANUAL conflict 3 | email-manual name-manual(null)");
    EXPECT_EQ(describe(desk.send(on_base(erase("ERP", std::nullopt), 3))),
              "MANUAL conflict 3 | email-manual name-manual(null)");
    EXPECT_EQ(desk.send(erase("ERP", 2)).state, model::ChangeState::kSuperseded);
    EXPECT_EQ(describe(desk.record), "3 CRM {email=null@3:CRM name=A@3:CRM}");
    EXPECT_FALSE(desk.record->tombstone);
  }
}

TEST(DeleteMode, ManualHasNothingToAskOfADeletedRecord) {
  Desk desk;
  desk.play({erase("CRM", 2)});
  desk.schema.deletes = DeleteMode::kManual;
  EXPECT_EQ(describe(desk.send(erase("ERP", 2))), "NO_CHANGE no_change 2");
  EXPECT_EQ(describe(desk.send(erase("ERP", 5))), "VERSION_WIN applied 5");
}

TEST(Delete, RemembersTheTombstoneAfterARevival) {
  Desk desk;
  desk.play({upsert("CRM", 1, {{"name", "A"}}), erase("ERP", 2), upsert("CRM", 3, {{"name", "B"}})});
  EXPECT_FALSE(desk.record->deleted);
  ASSERT_TRUE(desk.record->tombstone);
  EXPECT_EQ(desk.record->tombstone->version, 2);
}

}  // namespace

}  // namespace hub::resolve::testing
