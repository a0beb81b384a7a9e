#include "hub/app/field_values.hpp"

#include <gtest/gtest.h>

namespace {

using hub::app::Arguments;
using hub::app::CommandError;
using hub::app::field_values;

hub::model::EntitySchema schema() {
  hub::model::EntitySchema entity;
  hub::model::FieldSchema active;
  active.name = "active";
  active.type = hub::model::FieldType::kBoolean;
  hub::model::FieldSchema note;
  note.name = "note";
  entity.fields = {active, note};
  return entity;
}

TEST(FieldValues, AreTextExceptForBooleansAndNull) {
  struct Case {
    std::vector<std::string> fields;
    std::vector<std::string> cleared;
    std::string expected;
  };
  const Case cases[] = {
      {{}, {}, ""},
      {{"note=a=b \"c\""}, {}, R"({"note":"a=b \"c\""})"},
      {{"note="}, {}, R"({"note":""})"},
      {{"note=true"}, {}, R"({"note":"true"})"},
      {{"active=true", "note=12"}, {}, R"({"active":true,"note":"12"})"},
      {{"active=yes"}, {}, R"({"active":"yes"})"},
      {{"active=false"}, {"note"}, R"({"active":false,"note":null})"},
  };
  const auto entity = schema();
  for (const Case& c : cases) {
    Arguments args;
    args.fields = c.fields;
    args.cleared = c.cleared;
    EXPECT_EQ(field_values(args, &entity), c.expected);
  }
}

TEST(FieldValues, RefusesWhatCannotBeMeant) {
  const std::pair<std::vector<std::string>, std::vector<std::string>> cases[] = {
      {{"note"}, {}}, {{"=x"}, {}}, {{"note=\xff"}, {}}, {{"note=a", "note=b"}, {}}, {{"note=a"}, {"note"}}};
  for (const auto& [fields, cleared] : cases) {
    Arguments args;
    args.fields = fields;
    args.cleared = cleared;
    EXPECT_THROW(static_cast<void>(field_values(args, nullptr)), CommandError) << fields.front();
  }
}

}  // namespace
