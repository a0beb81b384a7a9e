#include "tests/bench/load_request.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace bench {

namespace {

constexpr std::array<std::string_view, 4> kSources{"CRM", "ERP", "Portal", "LocalDB"};
constexpr std::uint64_t kNumbers = 1'000'000;

/// What stands before, between and after the changes of a body.
struct Framing {
  std::string_view open, separator, close;
};

Framing framing_of(const RequestShape& shape, bool single) {
  if (single) return {"", "", ""};
  return shape.target == Target::kHub ? Framing{"", "\n", "\n"} : Framing{"[", ",", "]"};
}

std::string hex(std::size_t number) {
  std::array<char, 20> text{};
  const int length = std::snprintf(text.data(), text.size(), "%zx", number);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

ChangeValues ValueSource::next() {
  if (conflicts_ == 0 || random_() % 100 >= conflicts_) {
    key_ = random_() % keys_;
    ++version_;
  }
  return {key_, version_, random_() % kNumbers};
}

LoadRequest::LoadRequest(const RequestShape& shape, std::size_t first_source) {
  const bool single = shape.changes == 1 && shape.parts == 1;
  const bool lines = shape.target == Target::kHub && !single;
  const Framing framing = framing_of(shape, single);
  std::string body(framing.open);
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape.changes); ++i) {
    if (i > 0) body += framing.separator;
    const auto source = kSources[(first_source + i) % kSources.size()];
    changes_.push_back(append_change(body, lines ? Form::kFull : Form::kFlat, source));
  }
  body += framing.close;

  head_ = lines ? "POST /api/sync/batch HTTP/1.1\r\n" : "POST /api/sync HTTP/1.1\r\n";
  head_ += "Host: 127.0.0.1\r\nContent-Type: ";
  head_ += lines ? "application/x-ndjson\r\n" : "application/json\r\n";
  std::size_t shift = 0;
  if (shape.parts == 1) {
    head_ += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    part_ = std::move(body);
  } else {
    head_ += "Transfer-Encoding: chunked\r\n\r\n";
    part_ = hex(body.size()) + "\r\n";
    shift = part_.size();
    part_ += body + "\r\n";
    tail_ = "0\r\n\r\n";
  }
  for (ChangeSlots& slots : changes_) slots.move(shift);
}

void LoadRequest::renew(ValueSource& values) {
  for (const ChangeSlots& slots : changes_) renew_change(part_, slots, values.next());
}

}  // namespace bench
