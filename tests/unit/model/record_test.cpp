#include "hub/model/record.hpp"

#include <gtest/gtest.h>

namespace hub::model {

namespace {

TEST(Record, KeepsItsCellsInOrder) {
  Record record;
  for (const char* name : {"m", "z", "a"}) record.cell(name).value = Value::string(name);
  record.cell("m").stamp.version = 7;
  ASSERT_EQ(record.cells.size(), 3U);
  const Fields expected{{"a", Value::string("a")}, {"m", Value::string("m")}, {"z", Value::string("z")}};
  EXPECT_EQ(record.fields(), expected);
  ASSERT_NE(record.find("m"), nullptr);
  EXPECT_EQ(record.find("m")->stamp.version, 7);
  EXPECT_EQ(record.find("b"), nullptr);
  EXPECT_EQ(record.find("zz"), nullptr);
}

TEST(Record, HasAnEtagOfVersionAndRowVersion) {
  Record record;
  EXPECT_EQ(etag(record), "0.0");
  record.version = 12;
  record.row_version = 3;
  EXPECT_EQ(etag(record), "12.3");
}

}  // namespace

}  // namespace hub::model
