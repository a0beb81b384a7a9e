// Upserts in `merge: field`: each field compares its own version and source.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

namespace hub::resolve::testing {

namespace {

struct Row {
  const char* title;
  std::vector<model::Change> before;
  model::Change change;
  const char* decision;
  const char* record;
};

class FieldRow : public ::testing::TestWithParam<Row> {};

TEST_P(FieldRow, DecidesFieldByField) {
  const Row& row = GetParam();
  Desk desk(client(model::MergeMode::kField));
  desk.play(row.before);
  EXPECT_EQ(describe(desk.send(row.change)), row.decision) << row.title;
  EXPECT_EQ(describe(desk.record), row.record) << row.title;
}

const Row kRows[] = {
    {"a higher version wins",
     {upsert("CRM", 1, {{"name", "A"}, {"email", "a"}})},
     upsert("LocalDB", 2, {{"name", "B"}}),
     "VERSION_WIN applied 2 | name+higher_version(A)",
     "2 LocalDB {email=a@1:CRM name=B@2:LocalDB}"},
    {"a late change still contributes a field that nobody wrote",
     {upsert("CRM", 5, {{"name", "A"}})},
     upsert("ERP", 3, {{"name", "B"}, {"email", "b"}}),
     "FIELD_MERGE applied 5 | email+unseen(null) name-stale(B)",
     "5 ERP {email=b@3:ERP name=A@5:CRM}"},
    {"a late change beats what is older still",
     {upsert("CRM", 2, {{"email", "a"}}), upsert("CRM", 5, {{"name", "A"}})},
     upsert("LocalDB", 3, {{"email", "b"}}),
     "FIELD_MERGE applied 5 | email+higher_version(a)",
     "5 LocalDB {email=b@3:LocalDB name=A@5:CRM}"},
    {"stale on every field",
     {upsert("CRM", 5, {{"name", "A"}, {"email", "a"}})},
     upsert("ERP", 3, {{"name", "A"}, {"email", "b"}}),
     "STALE_SKIP superseded 5 | email-stale(b) name-stale",
     "5 CRM {email=a@5:CRM name=A@5:CRM}"},
    {"stale on every field with equal values",
     {upsert("CRM", 5, {{"name", "A"}})},
     upsert("ERP", 3, {{"name", "A"}}),
     "STALE_SKIP superseded 5 | name-stale",
     "5 CRM {name=A@5:CRM}"},
    {"an equal value moves an older stamp, without a change",
     {upsert("CRM", 2, {{"email", "a"}}), upsert("CRM", 5, {{"name", "A"}})},
     upsert("ERP", 3, {{"email", "a"}}),
     "NO_CHANGE no_change 5 writes | email+equal",
     "5 CRM {email=a@3:ERP name=A@5:CRM}"},
    {"the stamp moves although the rest is stale",
     {upsert("CRM", 2, {{"email", "a"}}), upsert("CRM", 5, {{"name", "A"}})},
     upsert("ERP", 3, {{"email", "a"}, {"name", "B"}}),
     "STALE_SKIP superseded 5 writes | email+equal name-stale(B)",
     "5 CRM {email=a@3:ERP name=A@5:CRM}"},
    {"an equal value at one version goes to the better source",
     {upsert("ERP", 2, {{"email", "a"}})},
     upsert("CRM", 2, {{"email", "a"}}),
     "NO_CHANGE no_change 2 writes | email+equal",
     "2 ERP {email=a@2:CRM}"},
    {"an equal value at one version stays with the better source",
     {upsert("CRM", 2, {{"email", "a"}})},
     upsert("ERP", 2, {{"email", "a"}}),
     "NO_CHANGE no_change 2 | email-equal",
     "2 CRM {email=a@2:CRM}"},
    {"of equals the first name has the stamp",
     {upsert("Shop", 2, {{"email", "a"}})},
     upsert("LocalDB", 2, {{"email", "a"}}),
     "NO_CHANGE no_change 2 writes | email+equal",
     "2 Shop {email=a@2:LocalDB}"},
    {"the better source by the field's own order has the stamp",
     {upsert("CRM", 2, {{"status", "a"}})},
     upsert("Portal", 2, {{"status", "a"}}),
     "NO_CHANGE no_change 2 writes | status+equal",
     "2 CRM {status=a@2:Portal}"},
    {"an equal value of another source moves no owner's stamp",
     {upsert("ERP", 2, {{"credit", "1"}})},
     upsert("CRM", 2, {{"credit", "1"}}),
     "NO_CHANGE no_change 2 | credit-equal",
     "2 ERP {credit=1@2:ERP}"},
    {"an overlap at the field's version goes by priority",
     {upsert("ERP", 3, {{"email", "a"}})},
     upsert("CRM", 3, {{"email", "b"}, {"name", "B"}}),
     "PRIORITY_WIN applied 3 | email+priority(a) name+unseen(null)",
     "3 CRM {email=b@3:CRM name=B@3:CRM}"},
    {"an overlap below the record's version",
     {upsert("ERP", 3, {{"email", "a"}}), upsert("CRM", 5, {{"name", "A"}})},
     upsert("CRM", 3, {{"email", "b"}}),
     "FIELD_MERGE applied 5 | email+priority(a)",
     "5 CRM {email=b@3:CRM name=A@5:CRM}"},
    {"lost by priority below the record's version",
     {upsert("CRM", 3, {{"email", "a"}}), upsert("CRM", 5, {{"name", "A"}})},
     upsert("ERP", 3, {{"email", "b"}}),
     "PRIORITY_WIN superseded 5 | email-priority(b)",
     "5 CRM {email=a@3:CRM name=A@5:CRM}"},
    {"lost by priority while the stamp of an equal value moves",
     {upsert("CRM", 3, {{"email", "a"}, {"status", "s"}})},
     upsert("ERP", 3, {{"email", "b"}, {"status", "s"}}),
     "PRIORITY_WIN superseded 3 writes | email-priority(b) status+equal",
     "3 CRM {email=a@3:CRM status=s@3:ERP}"},
    {"a tie on one old field sends the whole change to a person",
     {upsert("LocalDB", 3, {{"email", "a"}}), upsert("CRM", 5, {{"name", "A"}})},
     upsert("Shop", 3, {{"email", "b"}, {"phone", "1"}}),
     "MANUAL conflict 5 | email-tie(b) phone-unseen(1)",
     "5 CRM {email=a@3:LocalDB name=A@5:CRM}"},
    {"a cleared field stays cleared against an older value",
     {upsert("CRM", 5, {{"name", "A"}, {"email", nullptr}})},
     upsert("CRM", 3, {{"email", "a"}}),
     "STALE_SKIP superseded 5 | email-stale(a)",
     "5 CRM {email=null@5:CRM name=A@5:CRM}"},
    {"clearing what nobody wrote is remembered",
     {upsert("CRM", 5, {{"name", "A"}})},
     upsert("CRM", 3, {{"email", nullptr}}),
     "NO_CHANGE no_change 5 writes | email+equal",
     "5 CRM {email=null@3:CRM name=A@5:CRM}"},
    {"a higher version that an owner refuses altogether",
     {upsert("ERP", 2, {{"credit", "1"}})},
     upsert("CRM", 4, {{"credit", "2"}}),
     "PRIORITY_WIN superseded 2 | credit-owner(2)",
     "2 ERP {credit=1@2:ERP}"},
    {"the same change again",
     {upsert("CRM", 3, {{"email", "a"}}), upsert("ERP", 5, {{"name", "A"}})},
     upsert("ERP", 5, {{"name", "A"}}),
     "NO_CHANGE no_change 5 | name-equal",
     "5 ERP {email=a@3:CRM name=A@5:ERP}"},
};

INSTANTIATE_TEST_SUITE_P(Ladder, FieldRow, ::testing::ValuesIn(kRows));

}  // namespace

}  // namespace hub::resolve::testing
