#include "plugins/localdb/value.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace localdb {
namespace {

std::string json_of(const Value& value) {
  std::string out;
  return append_json(out, value) ? out : "(none)";
}

TEST(Value, IsWrittenAsJsonThatMeansTheSame) {
  const std::pair<Value, std::string> cases[] = {
      {Null{}, "null"},
      {std::int64_t{9'007'199'254'740'993}, "9007199254740993"},
      {INT64_MIN, "-9223372036854775808"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {5.0, "5"},
      {-0.0, "0"},
      {1e22, "1e+22"},
      {5e-324, "5e-324"},
      {std::string("a\"b\\\n\x01"), R"("a\"b\\\n\u0001")"},
      {std::string("\0", 1), R"("\u0000")"},
      {std::string("žluť"), "\"žluť\""},
      {Digits{"12345678901234567890"}, "12345678901234567890"},
      {std::numeric_limits<double>::infinity(), "(none)"},
      {std::string("\xff"), "(none)"},
      {std::string("\xed\xa0\x80"), "(none)"},  // a lone surrogate
      {std::string("\xc0\x80"), "(none)"},      // a NUL, written too long
      {Blob{"x"}, "(none)"},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(json_of(value), expected);
}

TEST(Value, DigestTellsEveryStateApart) {
  const std::string names[] = {"a", "b"};
  const std::vector<std::vector<Value>> rows = {
      {Null{}, Null{}},
      {std::string(), Null{}},
      {Null{}, std::string()},
      {std::int64_t{1}, Null{}},
      {std::string("1"), Null{}},
      {Blob{"1"}, Null{}},
      {1.5, Null{}},
      {std::string("1a"), std::string("b")},
      {std::string("1"), std::string("ab")},
      {std::string("A"), Null{}},
      {std::string("a"), Null{}},
      {std::string("\xff"), Null{}},
      {std::numeric_limits<double>::infinity(), Null{}},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(digest(names, rows[i]).size(), 16U);
    EXPECT_EQ(digest(names, rows[i]), digest(names, std::vector(rows[i]))) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(digest(names, rows[i]), digest(names, rows[j])) << i << " and " << j;
  }
  EXPECT_EQ(digest(names, std::vector<Value>{1.0, -0.0}),
            digest(names, std::vector<Value>{std::int64_t{1}, std::int64_t{0}}))
      << "what SQL takes as equal is no other state";
}

TEST(Body, KeepsEveryValueExactly) {
  const Body body = parse_body(R"({"n":null,"t":true,"f":false,"i":-9223372036854775808,"b":12345678901234567890,)"
                               R"("d":1.10,"s":"a\u0000b"})");
  const Body expected = {{"n", Null{}},
                         {"t", std::int64_t{1}},
                         {"f", std::int64_t{0}},
                         {"i", INT64_MIN},
                         {"b", Digits{"12345678901234567890"}},
                         {"d", Digits{"1.10"}},
                         {"s", std::string("a\0b", 3)}};
  EXPECT_EQ(body, expected);
  EXPECT_TRUE(parse_body("{}").empty());
}

TEST(Body, RefusesWhatIsNoFlatObject) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "no valid JSON"},
      {"{", "no valid JSON"},
      {R"({"a":1} x)", "no valid JSON"},
      {"5", "no JSON object"},
      {"[]", "no JSON object"},
      {R"({"a":[1]})", "'a' is an array or object"},
      {R"({"a":{}})", "'a' is an"},
      {R"({"a":1,"a":2})", "'a' twice"},
      {"{\"a\":\"\xff\"}", "no valid JSON"},
      {R"({"a":NaN})", "no valid JSON"},
  };
  for (const auto& [text, words] : cases) {
    try {
      (void)parse_body(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << text << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace localdb
