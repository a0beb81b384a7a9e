#include "hub/resolve/text.hpp"

#include <gtest/gtest.h>

namespace hub::resolve {

namespace {

TEST(Text, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("abc"), 3U);
  EXPECT_EQ(count_characters("äöü"), 3U);
  EXPECT_EQ(count_characters("日本"), 2U);
  EXPECT_EQ(count_characters("😀"), 1U);
}

TEST(Text, FindsControlCharacters) {
  for (const std::string_view text : {std::string_view("a\nb"), std::string_view("\x7f"), std::string_view("x\u0085"),
                                      std::string_view("\0", 1), std::string_view("\u009f")})
    EXPECT_TRUE(has_control_characters(text)) << text;
  for (const std::string_view text : {"", "a b", "ä", "\u00a0", "日本", "À"})
    EXPECT_FALSE(has_control_characters(text)) << text;
}

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
  EXPECT_EQ(trimmed("\u00a0 \u00a0a\u00a0b \u00a0"), "a\u00a0b");
  EXPECT_EQ(trimmed(" \u00a0\v\f"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("à"), "à");  // its last byte alone is that of a no-break space
}

TEST(Text, LowersTheAlphabetsOfEurope) {
  EXPECT_EQ(lower_case("ABC xyz 09 @[`{"), "abc xyz 09 @[`{");
  EXPECT_EQ(lower_case("ÀÖØÞ×ß"), "àöøþ×ß");
  EXPECT_EQ(lower_case("ĀĮĲĶĹŇŊŶŸŹŽ"), "āįĳķĺňŋŷÿźž");
  EXPECT_EQ(lower_case("ΆΈΉΊΌΎΏΑΡΣΩΫ"), "άέήίόύώαρσωϋ");
  EXPECT_EQ(lower_case("ЀЏАЯ"), "ѐџая");
  EXPECT_EQ(lower_case("日本😀ı"), "日本😀ı");
}

TEST(Text, LoweringTwiceIsLoweringOnce) {
  for (unsigned point = 0x80; point < 0x800; ++point) {
    std::string text;
    text += static_cast<char>(0xC0U | point >> 6);
    text += static_cast<char>(0x80U | (point & 0x3FU));
    const std::string once = lower_case(text);
    EXPECT_EQ(lower_case(once), once) << "U+" << std::hex << point;
  }
}

}  // namespace

}  // namespace hub::resolve
