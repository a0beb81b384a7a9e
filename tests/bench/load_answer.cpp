#include "tests/bench/load_answer.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::size_t kLineBytes = 1U << 20U;
constexpr std::size_t kErrorBytes = 400;

std::uint64_t parse_number(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (result.ec != std::errc{}) throw std::runtime_error("no number in the answer's framing: " + std::string(text));
  return number;
}

bool same_letters(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

/// The text after `"name":` with blanks and an opening quote skipped; empty when there is no such member.
std::string_view after_member(std::string_view line, std::string_view quoted_name) {
  const auto at = line.find(quoted_name);
  if (at == std::string_view::npos) return {};
  const auto value = line.find_first_not_of(": \"", at + quoted_name.size());
  return value == std::string_view::npos ? std::string_view{} : line.substr(value);
}

/// Moves the bytes up to the first newline from `bytes` to the end of `line`; false when there is none.
bool take_line(std::string_view& bytes, std::string& line) {
  const auto end = bytes.find('\n');
  line += bytes.substr(0, end);
  if (line.size() > kLineBytes) throw std::runtime_error("a line of the answer is above 1 MiB");
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  return end != std::string_view::npos;
}

}  // namespace

bool AnswerReader::read(std::string_view bytes, Tally& tally) {
  while (!bytes.empty()) {
    if (state_ == State::kBody || state_ == State::kChunk) {
      const auto taken = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      take_body(taken, tally);
      bytes.remove_prefix(taken.size());
      left_ -= taken.size();
      if (left_ == 0) state_ = state_ == State::kBody ? State::kDone : State::kChunkEnd;
    } else if (take_line(bytes, line_)) {
      if (line_.ends_with('\r')) line_.pop_back();
      state_ = after_line(line_);
      line_.clear();
    }
    if (state_ == State::kDone) {
      if (!bytes.empty()) throw std::runtime_error("the target sent more than one answer to a request");
      finish(tally);
      return true;
    }
  }
  return false;
}

AnswerReader::State AnswerReader::after_line(std::string_view line) {
  switch (state_) {
    case State::kStatus:
      if (!line.starts_with("HTTP/1.1 ")) throw std::runtime_error("no HTTP/1.1 answer: " + std::string(line));
      status_ = line.substr(9);
      return State::kHeader;
    case State::kHeader:
      if (!line.empty()) {
        take_header(line);
        return State::kHeader;
      }
      if (status_.starts_with("100")) return State::kStatus;
      if (chunked_) return State::kChunkSize;
      return left_ == 0 ? State::kDone : State::kBody;
    case State::kChunkSize: left_ = parse_number(line, 16); return left_ == 0 ? State::kTrailer : State::kChunk;
    case State::kChunkEnd: return State::kChunkSize;
    case State::kTrailer: return line.empty() ? State::kDone : State::kTrailer;
    default: throw std::logic_error("no line is read inside a body");
  }
}

void AnswerReader::take_header(std::string_view line) {
  const auto colon = std::min(line.find(':'), line.size());
  const auto name = line.substr(0, colon);
  const auto value = line.substr(std::min(line.find_first_not_of(": ", colon), line.size()));
  if (same_letters(name, "Content-Length")) left_ = parse_number(value, 10);
  if (same_letters(name, "Transfer-Encoding")) chunked_ = same_letters(value, "chunked");
}

void AnswerReader::take_body(std::string_view bytes, Tally& tally) {
  while (!bytes.empty() && take_line(bytes, body_line_)) {
    tally_line(body_line_, tally);
    body_line_.clear();
  }
}

void AnswerReader::tally_line(std::string_view line, Tally& tally) {
  if (line.empty()) return;
  said_something_ = true;
  if (const auto resolution = after_member(line, "\"resolution\""); !resolution.empty()) {
    const auto word = resolution.substr(0, resolution.find('"'));
    const auto known = tally.resolutions.find(word);
    ++(known != tally.resolutions.end() ? known : tally.resolutions.emplace(word, 0).first)->second;
    ++tally.settled;
  } else if (const auto accepted = after_member(line, "\"accepted\""); !accepted.empty()) {
    tally.settled += parse_number(accepted, 10);
  } else {
    if (tally.errors++ == 0) tally.first_error = status_ + ": " + std::string(line.substr(0, kErrorBytes));
  }
}

void AnswerReader::finish(Tally& tally) {
  tally_line(body_line_, tally);
  if (!said_something_ && tally.errors++ == 0) tally.first_error = status_ + ": an empty answer";
  *this = AnswerReader{};
}

}  // namespace bench
