#include "hub/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace hub::base {

namespace {

TEST(Result, HoldsAValue) {
  Result<std::string> result(std::string("abc"));
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), "abc");
  EXPECT_EQ(result->size(), 3U);
  result.value() += "d";
  EXPECT_EQ(*result, "abcd");
}

TEST(Result, HoldsWhyThereIsNone) {
  const Result<int> result(Error{"/version", "must be a positive integer"});
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.error(), (Error{"/version", "must be a positive integer"}));
  try {
    static_cast<void>(result.value());
    FAIL() << "it did not throw";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("must be a positive integer"), std::string::npos);
  }
}

TEST(Result, GivesAwayAValueThatOnlyMoves) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
}

}  // namespace

}  // namespace hub::base
