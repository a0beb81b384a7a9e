// What is generated from the table of keys is in the repository as it would be generated now. To write it anew after a
// change of the table: SYNCLINE_WRITE_GENERATED=1 unit_config --gtest_filter='Generated.*'

#include "hub/config/keys.hpp"

#include "hub/config/load.hpp"
#include "hub/config/scalar.hpp"
#include "hub/model/json.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tests::config {
namespace {

using hub::config::Key;
using hub::config::Type;

const std::filesystem::path kRoot = SOURCE_FOLDER;
constexpr std::string_view kBegin = "<!-- generated from the table of keys: begin -->\n";
constexpr std::string_view kEnd = "<!-- generated from the table of keys: end -->\n";

/// Holds `file` to `expected`, or writes it when that was asked for.
void expect_file(const std::filesystem::path& file, const std::string& expected) {
  if (std::getenv("SYNCLINE_WRITE_GENERATED") != nullptr) std::ofstream(file, std::ios::binary) << expected;
  EXPECT_TRUE(support::read_file(file) == expected)
      << file
      << " is not what the table says; write it anew with SYNCLINE_WRITE_GENERATED=1 unit_config "
         "--gtest_filter='Generated.*'";
}

TEST(Generated, SchemaIsUpToDate) { expect_file(kRoot / "config/schema.json", hub::config::json_schema()); }

TEST(Generated, ReferencePageIsUpToDate) {
  const std::filesystem::path page = kRoot / "docs/configuration.md";
  const std::string text = support::read_file(page);
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end) << "the marks are missing";
  expect_file(
      page, text.substr(0, begin + kBegin.size()) + "\n" + hub::config::reference_markdown() + "\n" + text.substr(end));
}

TEST(Generated, SchemaIsStrictJson) { EXPECT_TRUE(hub::model::parse_json(hub::config::json_schema(), 40).ok()); }

TEST(Generated, ReferenceHasARowForEveryKey) {
  const std::string page = hub::config::reference_markdown();
  for (const Key& key : hub::config::keys()) {
    std::string path(key.path);
    for (auto star = path.find('*'); star != std::string::npos; star = path.find('*')) path.replace(star, 1, "<name>");
    EXPECT_NE(page.find("| `" + path + "` | "), std::string::npos) << path;
  }
}

TEST(Table, IsInOrderAndWhole) {
  std::vector<std::string> seen = {""};
  for (const Key& key : hub::config::keys()) {
    const auto dot = key.path.rfind('.');
    const std::string parent(key.path.substr(0, dot == std::string_view::npos ? 0 : dot));
    EXPECT_NE(std::find(seen.begin(), seen.end(), parent), seen.end()) << key.path << " stands before its section";
    EXPECT_EQ(std::find(seen.begin(), seen.end(), key.path), seen.end()) << key.path << " stands twice";
    EXPECT_FALSE(key.text.empty()) << key.path;
    EXPECT_EQ(key.text.find('|'), std::string_view::npos) << key.path << ": a bar would break the reference's table";
    seen.emplace_back(key.path);
  }
}

TEST(Table, HasARangeForEveryNumberAndADefaultWithinIt) {
  for (const Key& key : hub::config::keys()) {
    const bool number = key.type == Type::kInteger || key.type == Type::kDuration || key.type == Type::kAge ||
                        key.type == Type::kSize || key.type == Type::kRate;
    EXPECT_EQ(number, !key.min.empty()) << key.path;
    if (!number) continue;
    const auto low = hub::config::quantity(key.type, key.min);
    const auto high = hub::config::quantity(key.type, key.max);
    ASSERT_TRUE(low && high && *low < *high) << key.path;
    EXPECT_EQ(key.type == Type::kInteger, !key.unit.empty()) << key.path;
    EXPECT_TRUE(key.type != Type::kInteger || *high <= 2147483647) << key.path << " does not fit an int";
    if (key.fallback.empty() || key.fallback == "unlimited") continue;
    const auto fallback = hub::config::quantity(key.type, key.fallback);
    ASSERT_TRUE(fallback) << key.path;
    EXPECT_TRUE(*low <= *fallback && *fallback <= *high) << key.path;
  }
}

}  // namespace
}  // namespace tests::config
