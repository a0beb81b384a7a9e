#include "hub/model/json.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>

namespace hub::model {

namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;

/// The document again, or "<where> <message>" of the refusal.
std::string round_trip(std::string_view text, int max_depth = 32) {
  const auto json = parse_json(text, max_depth);
  if (!json.ok()) return json.error().where + " " + json.error().message;
  std::string out;
  append_json(out, json.value());
  return out;
}

struct Row {
  std::string_view text;
  std::string_view expected;
};

TEST(ParseJson, KeepsEverythingAsItWas) {
  for (const auto& [text, expected] : {
           Row{"null", "null"},
           Row{" true ", "true"},
           Row{"\t[ 1 , \"a\" , { } ]\r\n", R"([1,"a",{}])"},
           Row{R"({"b":1,"a":{"d":[],"c":null}})", R"({"b":1,"a":{"d":[],"c":null}})"},
           Row{"12.50", "12.50"},
           Row{"1E5", "1E5"},
           Row{"-0.0", "-0.0"},
           Row{"0.1000000000000000055511151231257827021181583404541015625",
               "0.1000000000000000055511151231257827021181583404541015625"},
           Row{"9223372036854775807", "9223372036854775807"},
           Row{"-9223372036854775808", "-9223372036854775808"},
           Row{"18446744073709551615", "18446744073709551615"},
           Row{"123456789012345678901234567890", "123456789012345678901234567890"},
           Row{"-123456789012345678901234567890", "-123456789012345678901234567890"},
           Row{"1e-400", "1e-400"},
           Row{R"("\u00e4\ud83d\ude00\/\b\f\n\r\t\\\"")", "\"ä😀/\\u0008\\u000c\\n\\r\\t\\\\\\\"\""},
           Row{R"("\u0000")", R"("\u0000")"},
           Row{R"({"":1})", R"({"":1})"},
       })
    EXPECT_EQ(round_trip(text), expected) << text;
}

TEST(ParseJson, RefusesWithTheReasonAndThePlace) {
  for (const auto& [text, expected] : {
           Row{"", " is not valid JSON: unexpected end of input; expected '[', '{', or a literal at byte 1"},
           Row{"{} {}", " is not valid JSON: unexpected '{'; expected end of input at byte 4"},
           Row{"123\0"sv, " is not valid JSON: a NUL byte at byte 4"},
           Row{"\"a\0b\""sv, " is not valid JSON: a NUL byte at byte 3"},
           Row{"\"\xff\"", " is not valid JSON: invalid UTF-8 at byte 2"},
           Row{"\"\xc0\xaf\"", " is not valid JSON: invalid UTF-8 at byte 2"},
           Row{"\"\xed\xa0\x80\"", " is not valid JSON: invalid UTF-8 at byte 3"},
           Row{"\"\xf4\x90\x80\x80\"", " is not valid JSON: invalid UTF-8 at byte 3"},
           Row{"\"\xe2\x82\"", " is not valid JSON: invalid UTF-8 at byte 4"},
           Row{R"("\ud800")", " is not valid JSON: a lone surrogate at byte 8"},
           Row{R"("\udc00")", " is not valid JSON: a lone surrogate at byte 7"},
           Row{R"("\ud800\ud800")", " is not valid JSON: a lone surrogate at byte 13"},
           Row{"1e400", " is not valid JSON: a number out of range at byte 5"},
           Row{"NaN", " is not valid JSON: invalid literal at byte 1"},
           Row{"[Infinity]", " is not valid JSON: invalid literal at byte 2"},
           Row{"-Infinity", " is not valid JSON: invalid number; expected digit after '-' at byte 2"},
           Row{"01", " is not valid JSON: unexpected number literal; expected end of input at byte 2"},
           Row{"+1", " is not valid JSON: invalid literal at byte 1"},
           Row{"1.", " is not valid JSON: invalid number; expected digit after '.' at byte 3"},
           Row{".5", " is not valid JSON: invalid literal at byte 1"},
           Row{"[1,]", " is not valid JSON: unexpected ']'; expected '[', '{', or a literal at byte 4"},
           Row{R"({"a":1,})", " is not valid JSON: unexpected '}'; expected string literal at byte 8"},
           Row{"{'a':1}", " is not valid JSON: invalid literal at byte 2"},
           Row{"[1] // why", " is not valid JSON: invalid literal at byte 5"},
           Row{"[1", " is not valid JSON: unexpected end of input; expected ']' at byte 3"},
           Row{R"({"a":1,"b":2,"a":1})", "/a is given twice"},
           Row{R"({"a":1,"\u0061":1})", "/a is given twice"},
           Row{R"({"x":[0,{"a/b~c":1,"a/b~c":2}]})", "/x/1/a~1b~0c is given twice"},
           Row{R"([{"a":{}},{"a":{},"a":{}}])", "/1/a is given twice"},
       })
    EXPECT_EQ(round_trip(text), expected) << text;
}

TEST(ParseJson, TellsNothingOfTheDocumentInItsMessages) {
  for (const std::string_view text : {R"({"password":"s3cret)", R"(["s3cret" x])", R"("s3cret\x")", "[s3cret]"}) {
    const std::string refusal = round_trip(text);
    EXPECT_NE(refusal.find("is not valid JSON"), std::string::npos) << text;
    EXPECT_EQ(refusal.find("s3cret"), std::string::npos) << refusal;
  }
}

TEST(ParseJson, IsNotMisledByWordsInTheDocument) {
  EXPECT_EQ(round_trip(R"(["surrogate" UTF-8])"), " is not valid JSON: invalid literal at byte 14");
}

TEST(ParseJson, LimitsTheDepth) {
  EXPECT_EQ(round_trip("[[[]]]", 3), "[[[]]]");
  EXPECT_EQ(round_trip("[[[1,{}]]]", 3), " is nested deeper than 3 levels");
  EXPECT_EQ(round_trip(std::string(100'000, '[')), " is nested deeper than 32 levels");
}

std::string wide_object(std::size_t members, std::string_view last) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i) text.append("\"k").append(std::to_string(i)).append("\":1,");
  return text.append("\"").append(last).append("\":1}");
}

TEST(ParseJson, FindsATwiceGivenKeyInAWideObjectToo) {
  for (const std::size_t members : {1, 31, 32, 33, 40, 1000}) {
    EXPECT_EQ(round_trip(wide_object(members, "k0")), "/k0 is given twice") << members;
    EXPECT_TRUE(parse_json(wide_object(members, "other")).ok()) << members;
  }
  EXPECT_EQ(round_trip("[{\"a\":" + wide_object(100, "k99") + "}]"), "/0/a/k99 is given twice");
}

TEST(ParseJson, WideObjectsDoNotTakeQuadraticTime) {
  const std::string text = wide_object(200'000, "other");
  const auto start = std::chrono::steady_clock::now();
  const auto a = parse_json(text);
  const auto b = parse_json(text);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_TRUE(same_json(a.value(), b.value()));
  // Looking back at every key would take minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{30});
}

TEST(Json, FindsMembersOfObjectsOnly) {
  const auto json = parse_json(R"({"a":1,"b":[{"a":2}]})");
  ASSERT_TRUE(json.ok());
  ASSERT_NE(json.value().find("a"), nullptr);
  EXPECT_EQ(json.value().find("a")->text, "1");
  EXPECT_EQ(json.value().find("c"), nullptr);
  EXPECT_EQ(json.value().find("b")->find("a"), nullptr);
}

TEST(SameJson, LooksAtMeaningNotAtOrder) {
  struct Pair {
    const char* a;
    const char* b;
    bool same;
  };
  for (const auto& [a, b, same] : {
           Pair{R"({"a":1,"b":{"c":[1,2],"d":null}})", R"({"b":{"d":null,"c":[1,2]},"a":1})", true},
           Pair{"{}", "{ }", true},
           Pair{"[1,2]", "[2,1]", false},
           Pair{"[1]", "[1,1]", false},
           Pair{R"({"a":1})", R"({"b":1})", false},
           Pair{R"({"a":1})", R"({"a":1,"b":1})", false},
           Pair{R"({"a":1,"b":1})", R"({"a":1,"c":1})", false},
           Pair{R"({"a":1})", R"({"a":"1"})", false},
           Pair{R"({"a":{"x":1}})", R"({"a":{"x":2}})", false},
           Pair{"1", "1.0", false},
           Pair{R"("true")", "true", false},
           Pair{"null", "false", false},
           Pair{"[]", "{}", false},
           Pair{R"("\u0061")", R"("a")", true},
       })
    EXPECT_EQ(same_json(parse_json(a).value(), parse_json(b).value()), same) << a << " and " << b;
}

TEST(AppendJsonString, EscapesWhatItMust) {
  std::string out = "x";
  append_json_string(out, "a\"\\\b\f\n\r\t\x01\x1f\x7f/ä\0z"sv);
  EXPECT_EQ(out, "x\"a\\\"\\\\\\u0008\\u000c\\n\\r\\t\\u0001\\u001f\x7f/ä\\u0000z\"");
  out.clear();
  append_json_string(out, "");
  EXPECT_EQ(out, "\"\"");
}

TEST(ValueOf, BringsBackWhatWasWritten) {
  const std::int64_t last = std::numeric_limits<std::int64_t>::max();
  const std::int64_t first = std::numeric_limits<std::int64_t>::min();
  for (const Value& value :
       {Value{}, Value::string(""), Value::string("12"), Value::string("true"), Value::string("a\"\\\n\0b"s),
        Value::string("12.50"), Value::integer(0), Value::integer(-7), Value::integer(123456789012345678),
        Value::integer(1234567890123456789), Value::integer(last), Value::integer(first), Value::boolean(true),
        Value::boolean(false)}) {
    std::string out;
    append_json(out, value);
    EXPECT_EQ(value_of(parse_json(out).value()), value) << out;
  }
}

TEST(ValueOf, KeepsTheDigitsOfOtherNumbersAndTheTextOfContainers) {
  for (const auto& [text, expected] : {Row{"9223372036854775808", "9223372036854775808"}, Row{"1.50", "1.50"},
                                       Row{"1e3", "1e3"}, Row{"[1, {\"a\" : 2}]", R"([1,{"a":2}])"}, Row{"{}", "{}"}})
    EXPECT_EQ(value_of(parse_json(text).value()), Value::string(std::string(expected))) << text;
}

}  // namespace

}  // namespace hub::model
