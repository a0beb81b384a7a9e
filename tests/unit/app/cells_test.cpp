#include "hub/app/cells.hpp"

#include "hub/base/clock.hpp"

#include <gtest/gtest.h>

namespace {

using hub::app::cell;
using hub::app::short_time;

TEST(Cell, ShowsEachKindOfValue) {
  const auto json = hub::model::parse_json(
      R"({"text":"Ann","number":12.50,"flag":true,"none":null,"list":["a",1],"object":{"a":"x","b":null}})");
  ASSERT_TRUE(json.ok());
  const std::pair<const char*, const char*> cases[] = {{"text", "Ann"}, {"number", "12.50"}, {"flag", "true"},
                                                       {"none", "-"},   {"list", "a, 1"},    {"object", "a=x, b=-"},
                                                       {"missing", "-"}};
  for (const auto& [name, expected] : cases) EXPECT_EQ(cell(json.value(), name), expected) << name;
}

TEST(ShortTime, LeavesOutTheDayWhenItIsToday) {
  const auto now = hub::base::parse_time("2026-03-04T23:59:59.999Z").value();
  const std::pair<const char*, const char*> cases[] = {{"2026-03-04T03:04:05.006Z", "03:04:05"},
                                                       {"2026-03-03T23:59:59.999Z", "2026-03-03 23:59"},
                                                       {"2025-03-04T03:04:05.006Z", "2025-03-04 03:04"},
                                                       {"-", "-"},
                                                       {"soon", "soon"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(short_time(text, now), expected);
}

TEST(Counted, AgreesWithItsNumber) {
  EXPECT_EQ(hub::app::counted("0", "change"), "0 changes");
  EXPECT_EQ(hub::app::counted("1", "change"), "1 change");
  EXPECT_EQ(hub::app::counted("2", "change"), "2 changes");
}

}  // namespace
