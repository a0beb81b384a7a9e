#include "hub/app/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using hub::app::Fit;
using hub::app::printable;
using hub::app::Table;

std::string printed(const Table& table) {
  std::ostringstream out;
  table.print(out);
  return out.str();
}

TEST(Table, AlignsTextLeftAndNumbersRight) {
  Table table({{"NAME"}, {"PENDING", Fit::kRight}, {"STATE"}});
  table.add({"CRM", "12", "ok"});
  table.add({"LocalDB", "1200000000", "paused"});
  EXPECT_EQ(printed(table),
            "NAME        PENDING  STATE\n"
            "CRM              12  ok\n"
            "LocalDB  1200000000  paused\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
  Table table({{"NAME"}, {"X"}});
  table.add({"Zoë", "1"});
  table.add({"Anna", "2"});
  EXPECT_EQ(printed(table), "NAME  X\nZoë   1\nAnna  2\n");
}

TEST(Table, WithoutTitlesIsAListOfFacts) {
  Table table({{""}, {""}});
  table.add({"hub", "demo"});
  table.add({"changes", "3"});
  EXPECT_EQ(printed(table), "hub      demo\nchanges  3\n");
}

TEST(Table, WithoutRowsPrintsNothing) {
  const Table table({{"NAME"}});
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(printed(table), "");
}

TEST(Table, CutsALongCellBetweenCharacters) {
  Table table({{"", Fit::kCut}});
  std::string sixty;
  for (int i = 0; i < 60; ++i) sixty += "é";
  table.add({sixty});
  table.add({sixty + "é"});
  EXPECT_EQ(printed(table), sixty + "\n" + sixty.substr(0, sixty.size() - 2) + "…\n");
}

TEST(Table, KeepsWhatIsTypedInAgain) {
  Table table({{""}});
  const std::string id(200, 'x');
  table.add({id});
  EXPECT_EQ(printed(table), id + "\n");
}

TEST(Table, RefusesARowOfAnotherWidth) {
  Table table({{"A"}, {"B"}});
  EXPECT_THROW(table.add({"1"}), std::logic_error);
}

TEST(Printable, KeepsATerminalFromTakingValuesForCommands) {
  const std::pair<std::string, std::string> cases[] = {
      {"Ann\nBen\tCy", "Ann Ben Cy"},
      {"\x1b[2J", "\\x1b[2J"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\x9b31m"},
      {"é£\xc2\xa0", "é£\xc2\xa0"},
      {"\xc2", "\xc2"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(printable(text), expected);
}

}  // namespace
