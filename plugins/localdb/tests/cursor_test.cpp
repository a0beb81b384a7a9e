#include "plugins/localdb/cursor.hpp"

#include <gtest/gtest.h>

namespace localdb {
namespace {

TEST(Cursor, IsReadBackAsItWasWritten) {
  const Cursor cursors[] = {
      {.phase = Cursor::Phase::kLoad, .seq = 0, .after = Null{}},
      {.phase = Cursor::Phase::kLoad, .seq = 1'700'000'000'000, .after = std::int64_t{-42}},
      {.phase = Cursor::Phase::kLoad, .seq = 7, .after = std::string("i5:\n'\0\xff", 7)},
      {.phase = Cursor::Phase::kLog, .seq = INT64_MAX, .after = Null{}},
      {.phase = Cursor::Phase::kSnapshot, .seq = 0, .after = Null{}},
      {.phase = Cursor::Phase::kSnapshot, .seq = 0, .after = std::string{}},
      {.phase = Cursor::Phase::kSnapshot, .seq = 0, .after = INT64_MIN},
  };
  for (const Cursor& cursor : cursors) {
    const std::string text = to_string(cursor);
    EXPECT_EQ(parse_cursor(text), cursor) << text;
    EXPECT_EQ(text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz:-"), std::string::npos) << text;
  }
}

TEST(Cursor, RefusesWhatItDidNotWrite) {
  for (const char* text : {"", "5", "log:", "log:x", "log:5 ", "log:5:i1", "load:5", "load::", "load:5:x1", "load:5:t4",
                           "load:5:tzz", "load:5:i", "load:99999999999999999999:", "snapshot:5", "Log:5"})
    EXPECT_EQ(parse_cursor(text), std::nullopt) << text;
}

}  // namespace
}  // namespace localdb
