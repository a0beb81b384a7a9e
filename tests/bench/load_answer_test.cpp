#include "tests/bench/load_answer.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace bench {

namespace {

struct Case {
  std::string_view name;
  std::string_view bytes;  // one answer
  std::uint64_t settled;
  std::uint64_t taken;  // with the resolution VERSION_WIN
  std::uint64_t errors;
  std::string_view first_error;
};

constexpr Case kCases[] = {
    {"one change", "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{\"resolution\":\"VERSION_WIN\" } ", 1, 1, 0, ""},
    {"the bare hub's count", "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"accepted\":1000", 1000, 0, 0, ""},
    {"a conflict is settled", "HTTP/1.1 409 Conflict\r\nContent-Length: 23\r\n\r\n{\"resolution\":\"MANUAL\"}", 1, 0, 0,
     ""},
    {"a refusal", "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 14\r\n\r\n{\"status\":429}", 0, 0, 1,
     "429 Too Many Requests: {\"status\":429}"},
    {"nothing said", "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n", 0, 0, 1, "503 Away: an empty answer"},
    {"chunks that cut a line, a refused line, a trailer",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1A;x=y\r\n{\"a\":1,\"resolution\":\"VERSI\r\n"
     "17\r\nON_WIN\"}\n{\"status\":400}\r\n0\r\nTrailer: x\r\n\r\n",
     1, 1, 1, "200 OK: {\"status\":400}"},
    {"an interim answer before it",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\"resolution\": \"VERSION_WIN\"}\n\n",
     1, 1, 0, ""},
};

void expect_tally(const Case& expected, const Tally& tally) {
  EXPECT_EQ(tally.settled, expected.settled) << expected.name;
  const auto taken = tally.resolutions.find("VERSION_WIN");
  EXPECT_EQ(taken == tally.resolutions.end() ? 0 : taken->second, expected.taken) << expected.name;
  EXPECT_EQ(tally.errors, expected.errors) << expected.name;
  EXPECT_EQ(tally.first_error, expected.first_error) << expected.name;
}

}  // namespace

TEST(AnswerReader, TalliesAWholeAnswerAndIsReadyForTheNext) {
  for (const Case& expected : kCases) {
    AnswerReader reader;
    for (int round = 0; round < 2; ++round) {
      Tally tally;
      EXPECT_TRUE(reader.read(expected.bytes, tally)) << expected.name;
      expect_tally(expected, tally);
    }
  }
}

TEST(AnswerReader, NeedsNoByteBeforeTheNext) {
  for (const Case& expected : kCases) {
    AnswerReader reader;
    Tally tally;
    for (std::size_t i = 0; i < expected.bytes.size(); ++i)
      EXPECT_EQ(reader.read(expected.bytes.substr(i, 1), tally), i + 1 == expected.bytes.size()) << expected.name << i;
    expect_tally(expected, tally);
  }
}

TEST(AnswerReader, RefusesWhatItCannotFrame) {
  const std::string two = std::string(kCases[0].bytes) + "H";
  for (const std::string_view bytes : {std::string_view("SMTP\r\n"), std::string_view(two),
                                       std::string_view("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")}) {
    AnswerReader reader;
    Tally tally;
    EXPECT_THROW(static_cast<void>(reader.read(bytes, tally)), std::runtime_error) << bytes;
  }
}

}  // namespace bench
