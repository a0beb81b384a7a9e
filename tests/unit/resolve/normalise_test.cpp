#include "hub/resolve/normalise.hpp"

#include <gtest/gtest.h>

namespace hub::resolve {

namespace {

using model::FieldSchema;
using model::FieldType;
using model::NormaliserKind;
using model::OnBlank;

FieldSchema field(FieldType type, std::vector<model::Normaliser> normalisers = {}) {
  FieldSchema schema;
  schema.name = "f";
  schema.type = type;
  schema.normalisers = std::move(normalisers);
  return schema;
}

FieldSchema scaled(int scale, std::vector<model::Normaliser> normalisers = {}) {
  FieldSchema schema = field(FieldType::kDecimal, std::move(normalisers));
  schema.scale = scale;
  return schema;
}

FieldSchema blank(FieldSchema schema, OnBlank on_blank) {
  schema.on_blank = on_blank;
  return schema;
}

FieldSchema required(FieldSchema schema) {
  schema.required = true;
  return schema;
}

FieldSchema one_of(FieldSchema schema, std::vector<std::string> allowed) {
  schema.allowed = std::move(allowed);
  return schema;
}

FieldSchema at_most(int characters) {
  FieldSchema schema = field(FieldType::kString);
  schema.max_length = characters;
  return schema;
}

/// The canonical value as JSON, "says nothing", or the refusal.
std::string outcome(const FieldSchema& schema, const std::string& document) {
  const auto json = model::parse_json(document);
  if (!json.ok()) return "bad JSON: " + json.error().message;
  auto result = canonical_value(schema, json.value());
  if (!result.ok()) return (result.error().where.empty() ? "" : "where is set: ") + result.error().message;
  if (!result.value()) return "says nothing";
  std::string text;
  append_json(text, *result.value());
  return text;
}

struct Row {
  FieldSchema schema;
  std::string json;
  std::string expected;
};

class CanonicalValue : public ::testing::TestWithParam<Row> {};

TEST_P(CanonicalValue, IsAsTabled) {
  EXPECT_EQ(outcome(GetParam().schema, GetParam().json), GetParam().expected) << GetParam().json;
}

const FieldSchema kText = field(FieldType::kString);
const FieldSchema kTrimmed = field(FieldType::kString, {{NormaliserKind::kTrim}});
const FieldSchema kEmail = field(FieldType::kString, {{NormaliserKind::kEmail}});
const FieldSchema kPhone = field(FieldType::kString, {{NormaliserKind::kPhone}});
const std::string kBadEmail = "must be an e-mail address: one @ with something on both sides";
const std::string kBadPhone =
    "must be a phone number: digits, with a leading + and spaces, dots, dashes and parentheses between them";

const Row kStrings[] = {
    {kText, R"("a B ")", R"("a B ")"},
    {kText, R"("")", R"("")"},
    {kText, "null", "null"},
    {kText, "12", "must be a string"},
    {kText, "true", "must be a string"},
    {kText, "[]", "must be a string"},
    {kText, "{}", "must be a string"},
    {kText, R"("a\u0000b")", "must not contain the character U+0000"},
    {kText, R"("a\nb")", R"("a\nb")"},
    {required(kText), "null", "must not be empty"},
    {required(kText), R"("")", R"("")"},
    {blank(kText, OnBlank::kClear), R"("")", "null"},
    {blank(kText, OnBlank::kIgnore), R"("")", "says nothing"},
    {blank(kText, OnBlank::kIgnore), "null", "null"},
    {blank(kText, OnBlank::kIgnore), R"(" ")", R"(" ")"},
    {required(blank(kText, OnBlank::kClear)), R"("")", "must not be empty"},
    {required(blank(kText, OnBlank::kIgnore)), R"("")", "says nothing"},
    {kTrimmed, R"("  a b\t")", R"("a b")"},
    {blank(kTrimmed, OnBlank::kClear), R"("  ")", "null"},
    {blank(kTrimmed, OnBlank::kIgnore), R"("  ")", "says nothing"},
    {at_most(3), R"("äöü")", R"("äöü")"},
    {at_most(3), R"("äöüx")", "must be at most 3 characters long"},
    {one_of(kTrimmed, {"a", "b"}), R"(" b")", R"("b")"},
    {one_of(kTrimmed, {"a", "b"}), R"("B")", "must be one of: a, b"},
    {one_of(kTrimmed, {"a", "b"}), R"("")", "must be one of: a, b"},
    {one_of(kTrimmed, {"a", "b"}), "null", "null"},
    {field(FieldType::kString, {{NormaliserKind::kTrim}, {NormaliserKind::kLower}}), R"(" ÄBC ")", R"("äbc")"},
    {field(FieldType::kString, {{NormaliserKind::kDecimal, 2}}), R"("1.005")", R"("1.01")"},
    {field(FieldType::kString, {{NormaliserKind::kDate}}), R"("20260131")", R"("2026-01-31")"},
    {kEmail, R"(" Jo.Do@Example.ORG ")", R"("jo.do@example.org")"},
    {kEmail, R"("")", R"("")"},
    {kEmail, R"("jo")", kBadEmail},
    {kEmail, R"("@example.org")", kBadEmail},
    {kEmail, R"("jo@")", kBadEmail},
    {kEmail, R"("a@b@c")", kBadEmail},
    {kEmail, R"("@")", kBadEmail},
    {kPhone, R"("+49 (89) 123-45.67")", R"("+49891234567")"},
    {kPhone, R"("(+49) 1")", R"("+491")"},
    {kPhone, R"("089 1+2")", kBadPhone},
    {kPhone, R"("089 x12")", kBadPhone},
    {kPhone, "\"( )\"", "must be a phone number: it has no digits"},
    {kPhone, R"("+")", "must be a phone number: it has no digits"},
    {blank(kPhone, OnBlank::kIgnore), R"("")", "says nothing"},
};
INSTANTIATE_TEST_SUITE_P(Strings, CanonicalValue, ::testing::ValuesIn(kStrings));

const FieldSchema kInteger = field(FieldType::kInteger);
const std::string kBadInteger = "must be a whole number between -2^63 and 2^63-1";

const Row kIntegers[] = {
    {kInteger, "0", "0"},
    {kInteger, "-7", "-7"},
    {kInteger, R"("42")", "42"},
    {kInteger, "9223372036854775807", "9223372036854775807"},
    {kInteger, "-9223372036854775808", "-9223372036854775808"},
    {kInteger, "9223372036854775808", kBadInteger},
    {kInteger, "-9223372036854775809", kBadInteger},
    {kInteger, "1.0", kBadInteger},
    {kInteger, "1e3", kBadInteger},
    {kInteger, R"("")", kBadInteger},
    {kInteger, R"("-")", kBadInteger},
    {kInteger, R"("+1")", kBadInteger},
    {kInteger, R"("007")", kBadInteger},
    {kInteger, R"("-01")", kBadInteger},
    {kInteger, R"(" 1")", kBadInteger},
    {kInteger, R"("1x")", kBadInteger},
    {kInteger, "true", "must be a whole number"},
    {kInteger, "null", "null"},
    {blank(kInteger, OnBlank::kClear), R"("")", "null"},
    {field(FieldType::kInteger, {{NormaliserKind::kTrim}}), R"(" 1 ")", "1"},
};
INSTANTIATE_TEST_SUITE_P(Integers, CanonicalValue, ::testing::ValuesIn(kIntegers));

const FieldSchema kDecimal = field(FieldType::kDecimal);
const std::string kBadDecimal = "must be a decimal number such as 12.50";
const std::string kLongDecimal = "must have at most 38 digits";

const Row kDecimals[] = {
    {kDecimal, "12.50", R"("12.5")"},
    {kDecimal, R"("12.50")", R"("12.5")"},
    {kDecimal, "-0.0", R"("0")"},
    {kDecimal, "0.10", R"("0.1")"},
    {kDecimal, "1200", R"("1200")"},
    {kDecimal, "1.2e3", R"("1200")"},
    {kDecimal, "12E-3", R"("0.012")"},
    {kDecimal, "0e999999999999", R"("0")"},
    {kDecimal, "12345678901234567890123456789012345678", R"("12345678901234567890123456789012345678")"},
    {kDecimal, "123456789012345678901234567890123456789", kLongDecimal},
    {kDecimal, R"("0.00000000000000000000000000000000000001")", R"("0.00000000000000000000000000000000000001")"},
    {kDecimal, R"("1e99999999999999999999")", kLongDecimal},
    {kDecimal, R"("1e-99999999999999999999")", kLongDecimal},
    {kDecimal, R"(".5")", kBadDecimal},
    {kDecimal, R"("5.")", kBadDecimal},
    {kDecimal, R"("+5")", kBadDecimal},
    {kDecimal, R"("05")", kBadDecimal},
    {kDecimal, R"("1,5")", kBadDecimal},
    {kDecimal, R"("1e")", kBadDecimal},
    {kDecimal, R"("--1")", kBadDecimal},
    {kDecimal, R"("NaN")", kBadDecimal},
    {kDecimal, R"("Infinity")", kBadDecimal},
    {kDecimal, R"("")", kBadDecimal},
    {kDecimal, "true", "must be a number, or a string of one"},
    {blank(kDecimal, OnBlank::kIgnore), R"("")", "says nothing"},
    {scaled(2), "12.5", R"("12.50")"},
    {scaled(2), "12", R"("12.00")"},
    {scaled(2), "-0", R"("0.00")"},
    {scaled(2), "12.500", R"("12.50")"},
    {scaled(2), "12.501", "must have at most 2 digits after the point"},
    {scaled(0), "12.0", R"("12")"},
    {scaled(2), "1234567890123456789012345678901234567", kLongDecimal},
    {scaled(2, {{NormaliserKind::kDecimal, 2}}), "1.005", R"("1.01")"},
    {scaled(2, {{NormaliserKind::kDecimal, 2}}), R"("1.004999")", R"("1.00")"},
    {scaled(3, {{NormaliserKind::kDecimal, 1}}), "1.25", R"("1.300")"},
    {scaled(1, {{NormaliserKind::kDecimal, 2}}), "1.25", "must have at most 1 digits after the point"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 2}}), "1", R"("1.00")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 2}}), "-1.005", R"("-1.01")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 2}}), "-0.001", R"("0.00")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 1}}), "0.05", R"("0.1")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 0}}), "0.5", R"("1")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 0}}), "0.05", R"("0")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kDecimal, 1}}), "99.96", R"("100.0")"},
    {field(FieldType::kDecimal, {{NormaliserKind::kTrim}}), R"(" 1.5 ")", R"("1.5")"},
};
INSTANTIATE_TEST_SUITE_P(Decimals, CanonicalValue, ::testing::ValuesIn(kDecimals));

const FieldSchema kDate = field(FieldType::kDate);
const FieldSchema kLooseDate = field(FieldType::kDate, {{NormaliserKind::kDate}});
const FieldSchema kTime = field(FieldType::kDatetime);
const std::string kBadDate = "must be a date such as 2026-01-31";
const std::string kNoDay = "must be a day that the calendar has";
const std::string kBadTime = "must be a time with its offset such as 2026-01-31T09:30:00Z";

const Row kTimes[] = {
    {kDate, R"("2026-01-31")", R"("2026-01-31")"},
    {kDate, R"("2024-02-29")", R"("2024-02-29")"},
    {kDate, R"("2000-02-29")", R"("2000-02-29")"},
    {kDate, R"("2026-02-29")", kNoDay},
    {kDate, R"("1900-02-29")", kNoDay},
    {kDate, R"("2026-04-31")", kNoDay},
    {kDate, R"("2026-13-01")", kBadDate},
    {kDate, R"("2026-00-01")", kBadDate},
    {kDate, R"("2026-01-00")", kBadDate},
    {kDate, R"("0000-01-01")", kBadDate},
    {kDate, R"("2026-1-31")", kBadDate},
    {kDate, R"("2026-01-31 ")", kBadDate},
    {kDate, R"("20260131")", kBadDate},
    {kDate, R"("")", kBadDate},
    {kDate, "20260131", "must be a string with a date such as 2026-01-31"},
    {kLooseDate, R"("20260131")", R"("2026-01-31")"},
    {kLooseDate, R"("2026-01-31T23:00:00+05:00")", R"("2026-01-31")"},
    {kLooseDate, R"("2026-02-30T00:00:00Z")", kNoDay},
    {kLooseDate, R"("31.01.2026")", kBadDate},
    {kTime, R"("2026-01-31T09:30:00Z")", R"("2026-01-31T09:30:00.000Z")"},
    {kTime, R"("2026-01-31t09:30:00.5z")", R"("2026-01-31T09:30:00.500Z")"},
    {kTime, R"("2026-01-31 09:30:00.123000+00:00")", R"("2026-01-31T09:30:00.123Z")"},
    {kTime, R"("2026-01-01T00:30:00+01:00")", R"("2025-12-31T23:30:00.000Z")"},
    {kTime, R"("2024-02-28T23:30:00-01:00")", R"("2024-02-29T00:30:00.000Z")"},
    {kTime, R"("1969-12-31T23:59:59.999Z")", R"("1969-12-31T23:59:59.999Z")"},
    {kTime, R"("2026-01-31T09:30:00.1234Z")", "must not be finer than a millisecond"},
    {kTime, R"("2026-02-30T09:30:00Z")", "must be on a day that the calendar has"},
    {kTime, R"("2026-01-31T24:00:00Z")", kBadTime},
    {kTime, R"("2026-01-31T09:60:00Z")", kBadTime},
    {kTime, R"("2026-12-31T23:59:60Z")", kBadTime},
    {kTime, R"("2026-01-31T09:30:00")", kBadTime},
    {kTime, R"("2026-01-31T09:30Z")", kBadTime},
    {kTime, R"("2026-01-31T09:30:00.Z")", kBadTime},
    {kTime, R"("2026-01-31T09:30:00+0100")", kBadTime},
    {kTime, R"("2026-01-31T09:30:00+24:00")", kBadTime},
    {kTime, R"("2026-01-31T09:30:00Zx")", kBadTime},
    {kTime, R"("0001-01-01T00:00:00+00:01")", "must be between the years 0001 and 9999 in UTC"},
    {kTime, R"("9999-12-31T23:59:59-00:01")", "must be between the years 0001 and 9999 in UTC"},
    {kTime, "1769851800", "must be a string with a time such as 2026-01-31T09:30:00Z"},
};
INSTANTIATE_TEST_SUITE_P(Times, CanonicalValue, ::testing::ValuesIn(kTimes));

const FieldSchema kFlag = field(FieldType::kBoolean);
const FieldSchema kReference = field(FieldType::kReference);
const std::string kBadReference = "must be an external id: 1 to 256 characters, none of them a control character";

const Row kOthers[] = {
    {kFlag, "true", "true"},
    {kFlag, "false", "false"},
    {kFlag, "null", "null"},
    {kFlag, "1", "must be true or false"},
    {kFlag, R"("true")", "must be true or false"},
    {kFlag, R"("")", "must be true or false"},
    {blank(kFlag, OnBlank::kClear), R"("")", "null"},
    {kReference, R"("CUST-001")", R"("CUST-001")"},
    {kReference, "12345678901234567890", R"("12345678901234567890")"},
    {kReference, "1.5", "must be a string or a whole number"},
    {kReference, "1e3", "must be a string or a whole number"},
    {kReference, "{}", "must be a string or a whole number"},
    {kReference, R"("")", kBadReference},
    {kReference, R"("a\tb")", kBadReference},
    {kReference, R"("a\u0000")", kBadReference},
    {kReference, "\"" + std::string(256, 'x') + "\"", "\"" + std::string(256, 'x') + "\""},
    {kReference, "\"" + std::string(257, 'x') + "\"", kBadReference},
    {required(kReference), "null", "must not be empty"},
};
INSTANTIATE_TEST_SUITE_P(Others, CanonicalValue, ::testing::ValuesIn(kOthers));

TEST(CanonicalValue, IsItsOwnCanonicalValue) {
  const auto check = [](const auto& table) {
    for (const Row& row : table) {
      const std::string once = outcome(row.schema, row.json);
      if (once.starts_with("must") || once == "says nothing") continue;
      EXPECT_EQ(outcome(row.schema, once), once) << row.json;
    }
  };
  check(kStrings);
  check(kIntegers);
  check(kDecimals);
  check(kTimes);
  check(kOthers);
}

}  // namespace

}  // namespace hub::resolve
