#include "hub/resolve/computed.hpp"

#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hub::resolve::testing {
namespace {

using model::Value;

/// `label` is "{name} <{email}>", `search` is `label` in lower case.
model::EntitySchema labelled(model::MergeMode mode = model::MergeMode::kRecord) {
  model::EntitySchema schema = client(mode);
  model::FieldSchema label;
  label.name = "label";
  label.parts = {{"name", {}}, {{}, " <"}, {"email", {}}, {{}, ">"}};
  model::FieldSchema search;
  search.name = "search";
  search.parts = {{"label", {}}};
  search.normalisers = {{model::NormaliserKind::kLower, 0}};
  schema.fields.insert(schema.fields.end(), {search, label});
  schema.computed = {"label", "search"};
  return schema;
}

/// What "{a} {b}, {c}" makes of three values; "-" is absent, "0" null.
std::string made_of(const char* a, const char* b, const char* c) {
  model::EntitySchema schema;
  model::FieldSchema field;
  field.name = "made";
  field.parts = {{"a", {}}, {{}, " "}, {"b", {}}, {{}, ", "}, {"c", {}}};
  schema.fields = {field};
  schema.computed = {"made"};
  model::Record record;
  const auto put = [&](const char* name, std::string text) {
    if (text != "-") record.cell(name).value = text == "0" ? Value{} : Value::string(text);
  };
  put("a", a), put("b", b), put("c", c);
  compute(record, schema);
  const model::Cell* made = record.find("made");
  return made == nullptr ? "none" : made->value.is_null() ? "null" : made->value.text();
}

TEST(Computed, FillsTheTemplateWithoutWhiteSpaceBesideWhatIsNotThere) {
  struct Case {
    const char *a, *b, *c, *made;
  };
  for (const Case& c : {Case{"Dr", "Eve", "Bern", "Dr Eve, Bern"}, Case{"-", "Eve", "Bern", "Eve, Bern"},
                        Case{"Dr", "0", "Bern", "Dr , Bern"}, Case{"Dr", "Eve", "-", "Dr Eve,"},
                        Case{"A  B", "c", "d", "A  B c, d"}, Case{"0", "0", "-", "null"}, Case{"-", "-", "-", "none"}})
    EXPECT_EQ(made_of(c.a, c.b, c.c), c.made) << c.a << c.b << c.c;
}

TEST(Computed, FollowsItsPartsAndHasTheNewestStampOfThem) {
  Desk desk(labelled());
  desk.send(upsert("CRM", 1, {{"name", "Ann"}}));
  EXPECT_EQ(describe(desk.record), "1 CRM {label=Ann <>@1:CRM name=Ann@1:CRM search=ann <>@1:CRM}");
  desk.send(upsert("ERP", 3, {{"email", "A@x.org"}, {"phone", "1"}}));
  EXPECT_EQ(desk.record->find("label")->value.text(), "Ann <A@x.org>");
  EXPECT_EQ(desk.record->find("label")->stamp.source, "ERP");
  EXPECT_EQ(desk.record->find("search")->value.text(), "ann <a@x.org>");
  desk.send(upsert("CRM", 4, {{"phone", "2"}}));
  EXPECT_EQ(desk.record->find("label")->stamp.version, 3) << "none of its parts was written";
  desk.send(upsert("CRM", 5, {{"name", nullptr}, {"email", nullptr}}));
  EXPECT_TRUE(desk.record->find("label")->value.is_null());
}

TEST(Computed, TakesNoPartInADelete) {
  // ERP owns nothing here but wins `status`: the delete of CRM is better on every field that a source wrote.
  Desk desk(labelled());
  desk.send(upsert("ERP", 2, {{"name", "Ann"}}));
  const auto decision = desk.send(erase("CRM", 2));
  EXPECT_EQ(describe(decision), "PRIORITY_WIN applied 2 | name+priority(Ann)");
  EXPECT_EQ(describe(desk.record), "2 CRM deleted@2:CRM {}");
  desk.send(upsert("ERP", 3, {{"name", "Eve"}}));
  EXPECT_EQ(desk.record->find("search")->value.text(), "eve <>");
}

TEST(Computed, InFieldModeTheValueAndItsWriterDoNotDependOnTheOrderOfArrival) {
  std::vector<model::Change> changes = {upsert("CRM", 2, {{"name", "Ann"}}),
                                        upsert("ERP", 2, {{"email", "a@x.org"}}),
                                        upsert("Portal", 1, {{"name", "Old"}}),
                                        upsert("ERP", 1, {{"name", "Older"}}),
                                        erase("Portal", 1),
                                        upsert("LocalDB", 2, {{"email", "a@x.org"}})};
  std::vector<int> order = {0, 1, 2, 3, 4, 5};
  std::string first;
  do {
    Desk desk(labelled(model::MergeMode::kField));
    for (const int i : order) desk.send(changes[static_cast<std::size_t>(i)]);
    const model::Cell* label = desk.record->find("label");
    ASSERT_NE(label, nullptr);
    const std::string end =
        label->value.text() + "@" + std::to_string(label->stamp.version) + ":" + label->stamp.source;
    if (first.empty()) first = end;
    ASSERT_EQ(end, first);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(first, "Ann <a@x.org>@2:CRM");
}

TEST(Computed, OfAChangeIsAddedWhenItNamesAllParts) {
  const model::EntitySchema schema = labelled();
  model::Fields all = fields({{"name", "Ann"}, {"email", nullptr}});
  add_computed(all, schema);
  EXPECT_EQ(model::find_field(all, "label")->text(), "Ann <>");
  EXPECT_EQ(model::find_field(all, "search")->text(), "ann <>");
  model::Fields some = fields({{"name", "Ann"}});
  add_computed(some, schema);
  EXPECT_EQ(model::find_field(some, "label"), nullptr);
}

}  // namespace
}  // namespace hub::resolve::testing
