#include "hub/model/schema.hpp"

#include <gtest/gtest.h>

namespace hub::model {

namespace {

TEST(EntitySchema, FindsItsFields) {
  EntitySchema schema;
  for (const char* name : {"z", "a", "m"}) schema.fields.emplace_back().name = name;
  ASSERT_NE(schema.find("a"), nullptr);
  EXPECT_EQ(schema.find("a"), &schema.fields[1]);
  EXPECT_EQ(schema.find("b"), nullptr);
  EXPECT_EQ(schema.find(""), nullptr);
}

}  // namespace

}  // namespace hub::model
