#include "hub/base/nearest.hpp"

#include <gtest/gtest.h>

namespace tests::base {
namespace {

using hub::base::edit_distance;
using hub::base::nearest;

TEST(Nearest, CountsEditsAndSwapsOfNeighboursOnce) {
  struct Case {
    const char* a;
    const char* b;
    std::size_t distance;
  };
  for (const auto& [a, b, distance] :
       {Case{"", "", 0}, Case{"", "abc", 3}, Case{"listen", "LISTEN", 0}, Case{"lisen", "listen", 1},
        Case{"clinet", "client", 1}, Case{"kitten", "sitting", 3}, Case{"ca", "abc", 3}}) {
    EXPECT_EQ(edit_distance(a, b), distance) << a << " and " << b;
    EXPECT_EQ(edit_distance(b, a), distance) << b << " and " << a;
  }
}

TEST(Nearest, GivesNothingRatherThanNonsense) {
  const std::vector<std::string> known = {"listen", "limit", "name", "n"};
  EXPECT_EQ(nearest("lisen", known), "listen");
  EXPECT_EQ(nearest("NAME", known), "name");
  EXPECT_EQ(nearest("nmae", known), "name");
  EXPECT_EQ(nearest("q", known), "") << "one character says too little";
  EXPECT_EQ(nearest("zzzzzz", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("listen", {}), "");
}

TEST(Nearest, EndsAMessageWithAQuestion) {
  EXPECT_EQ(hub::base::did_you_mean("clinet", {"client", "order"}), "; did you mean client?");
  EXPECT_EQ(hub::base::did_you_mean("zzz", {"client", "order"}), "");
}

TEST(Nearest, TakesTheFirstOfEquals) { EXPECT_EQ(nearest("abcx", {"abcd", "abce"}), "abcd"); }

}  // namespace
}  // namespace tests::base
