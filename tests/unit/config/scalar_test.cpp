#include "hub/config/scalar.hpp"

#include <gtest/gtest.h>

namespace tests::config {
namespace {

using hub::config::Plain;
using hub::config::Type;

TEST(Scalar, ReadsQuantities) {
  struct Case {
    Type type;
    const char* text;
    std::optional<double> number;
  };
  const Case cases[] = {
      {Type::kInteger, "0", 0},
      {Type::kInteger, "-7", -7},
      {Type::kInteger, "999999999999999", 999999999999999.0},
      {Type::kInteger, "1000000000000000", std::nullopt},
      {Type::kInteger, "007", std::nullopt},
      {Type::kInteger, "+7", std::nullopt},
      {Type::kInteger, "--7", std::nullopt},
      {Type::kInteger, "-", std::nullopt},
      {Type::kInteger, "", std::nullopt},
      {Type::kInteger, "7 ", std::nullopt},
      {Type::kInteger, "1e3", std::nullopt},
      {Type::kInteger, "0x1F", std::nullopt},
      {Type::kDuration, "0s", 0},
      {Type::kDuration, "500ms", 500},
      {Type::kDuration, "30s", 30'000},
      {Type::kDuration, "5m", 300'000},
      {Type::kDuration, "12h", 43'200'000},
      {Type::kDuration, "7d", 604'800'000},
      {Type::kDuration, "30", std::nullopt},
      {Type::kDuration, "s", std::nullopt},
      {Type::kDuration, "30 s", std::nullopt},
      {Type::kDuration, "-1s", std::nullopt},
      {Type::kDuration, "1.5s", std::nullopt},
      {Type::kDuration, "1S", std::nullopt},
      {Type::kSize, "512B", 512},
      {Type::kSize, "64KiB", 65536},
      {Type::kSize, "1MiB", 1048576},
      {Type::kSize, "2GiB", 2147483648.0},
      {Type::kSize, "1MB", std::nullopt},
      {Type::kSize, "1", std::nullopt},
      {Type::kAge, "365d", 365 * 86'400'000.0},
      {Type::kAge, "off", 0},
      {Type::kAge, "never", std::nullopt},
      {Type::kRate, "50/s", 50},
      {Type::kRate, "300/m", 5},
      {Type::kRate, "3600/h", 1},
      {Type::kRate, "unlimited", 0},
      {Type::kRate, "50", std::nullopt},
      {Type::kRate, "50/d", std::nullopt},
  };
  for (const Case& c : cases) {
    const auto number = hub::config::quantity(c.type, c.text);
    ASSERT_EQ(number.has_value(), c.number.has_value()) << c.text;
    EXPECT_DOUBLE_EQ(number.value_or(0), c.number.value_or(0)) << c.text;
  }
}

TEST(Scalar, TellsWhatAPlainScalarIs) {
  const std::pair<Plain, std::vector<const char*>> cases[] = {
      {Plain::kNull, {"", "~", "null", "Null", "NULL"}},
      {Plain::kBoolean, {"true", "True", "TRUE", "false", "False", "FALSE"}},
      {Plain::kInteger, {"0", "-0", "42", "+42", "123456789012345678901234567890"}},
      {Plain::kFloat, {"1.5", "-.5", "1.", "0.1", "1e9", "1E-9", "-1.5e+3", "0e0"}},
      {Plain::kAmbiguous, {"010", "-010", "0x1F", "0X1f", "0o17", "0b11", "00.5", ".inf", "-.Inf", ".nan"}},
      {Plain::kText, {"yes", "no", "on", "tRue",  "nULL",  "abc", "1a",  "1e",    "1e+",        ".",
                      "-",   "+",  "e5", "1.2.3", "1_000", "0x",  "0xZ", "12:30", "2026-01-31", "127.0.0.1"}},
  };
  for (const auto& [kind, texts] : cases)
    for (const char* text : texts) EXPECT_EQ(hub::config::plain_kind(text), kind) << "'" << text << "'";
}

TEST(Scalar, WritesNumbersWithTheirDigits) {
  const std::pair<const char*, const char*> cases[] = {
      {"42", "42"},       {"+42", "42"},
      {"-42", "-42"},     {".5", "0.5"},
      {"-.5", "-0.5"},    {"1.", "1.0"},
      {"1.e5", "1.0e5"},  {"1.50", "1.50"},
      {"+.5e3", "0.5e3"}, {"123456789012345678901", "123456789012345678901"}};
  for (const auto& [yaml, json] : cases) EXPECT_EQ(hub::config::json_number(yaml), json) << yaml;
}

TEST(Scalar, ReadsAddresses) {
  struct Case {
    const char* text;
    const char* host;  // null: refused
    int port;
    bool loopback;
  };
  for (const Case& c :
       {Case{"127.0.0.1:8080", "127.0.0.1", 8080, true}, Case{"127.8.0.1:0", "127.8.0.1", 0, true},
        Case{"localhost:1", "127.0.0.1", 1, true}, Case{"[::1]:65535", "::1", 65535, true},
        Case{"0.0.0.0:1", "0.0.0.0", 1, false}, Case{"[::]:1", "::", 1, false},
        Case{"10.0.0.1:1", "10.0.0.1", 1, false}, Case{"[2001:db8::1]:1", "2001:db8::1", 1, false},
        Case{"::1:80", nullptr, 0, false}, Case{"127.1:80", nullptr, 0, false}, Case{"127.0.0.1", nullptr, 0, false},
        Case{":80", nullptr, 0, false}, Case{"127.0.0.1:", nullptr, 0, false}, Case{"127.0.0.1:080", nullptr, 0, false},
        Case{"127.0.0.1:65536", nullptr, 0, false}, Case{"127.evil.example:80", nullptr, 0, false},
        Case{"[127.0.0.1]:80", nullptr, 0, false}, Case{"example.org:80", nullptr, 0, false}}) {
    const auto address = hub::config::listen_address(c.text);
    ASSERT_EQ(address.has_value(), c.host != nullptr) << c.text;
    if (!address) continue;
    EXPECT_EQ(address->first, c.host) << c.text;
    EXPECT_EQ(address->second, c.port) << c.text;
    EXPECT_EQ(hub::config::is_loopback(address->first), c.loopback) << c.text;
  }
}

TEST(Scalar, ShowsValuesWithoutWhatMayBeSecretOrLong) {
  EXPECT_EQ(hub::config::shown("abc"), "`abc`");
  EXPECT_EQ(hub::config::shown("postgresql://user:pw@host/db"), "`postgresql://…`");
  EXPECT_EQ(hub::config::shown(std::string(50, 'x')), "`" + std::string(40, 'x') + "…`");
  EXPECT_EQ(hub::config::shown(std::string(39, 'x') + "é and more"), "`" + std::string(39, 'x') + "…`")
      << "never half a character";
}

}  // namespace
}  // namespace tests::config
