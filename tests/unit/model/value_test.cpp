#include "hub/model/value.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace hub::model {

namespace {

TEST(Value, IsEqualByKindAndText) {
  EXPECT_EQ(Value{}, Value{});
  EXPECT_EQ(Value::string("1"), Value::string("1"));
  EXPECT_NE(Value::string("1"), Value::integer(1));
  EXPECT_NE(Value::string("true"), Value::boolean(true));
  EXPECT_NE(Value::string(""), Value{});
  EXPECT_NE(Value::string("a"), Value::string("A"));
}

TEST(Value, KnowsItsKindAndText) {
  EXPECT_TRUE(Value{}.is_null());
  EXPECT_EQ(Value{}.text(), "");
  EXPECT_FALSE(Value::string("").is_null());
  EXPECT_EQ(Value::integer(std::numeric_limits<std::int64_t>::min()).text(), "-9223372036854775808");
  EXPECT_EQ(Value::boolean(false).text(), "false");
  EXPECT_EQ(Value::boolean(false).kind(), ValueKind::kBoolean);
}

}  // namespace

}  // namespace hub::model
