#include "plugins/localdb/cursor.hpp"

#include <charconv>

namespace localdb {

namespace {

constexpr std::string_view kLoad = "load:";
constexpr std::string_view kLog = "log:";
constexpr std::string_view kSnapshot = "snapshot:";

template <class Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string after_text(const Value& after) {
  if (const auto* integer = std::get_if<std::int64_t>(&after)) return 'i' + std::to_string(*integer);
  const auto* text = std::get_if<std::string>(&after);
  if (text == nullptr) return {};
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex = "t";
  for (const char c : *text) {
    hex += kHex[static_cast<unsigned char>(c) >> 4];
    hex += kHex[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::optional<Value> after_of(std::string_view text) {
  if (text.empty()) return Null{};
  const char kind = text.front();
  text.remove_prefix(1);
  if (kind == 'i') return number<std::int64_t>(text, 10);
  if (kind != 't' || text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = number<std::uint8_t>(text.substr(i, 2), 16);
    if (!byte) return std::nullopt;
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

}  // namespace

std::string to_string(const Cursor& cursor) {
  if (cursor.phase == Cursor::Phase::kSnapshot) return std::string(kSnapshot) + after_text(cursor.after);
  if (cursor.phase == Cursor::Phase::kLog) return std::string(kLog) + std::to_string(cursor.seq);
  return std::string(kLoad) + std::to_string(cursor.seq) + ':' + after_text(cursor.after);
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  Cursor cursor;
  if (text.starts_with(kSnapshot)) {
    cursor.phase = Cursor::Phase::kSnapshot;
    text.remove_prefix(kSnapshot.size());
  } else {
    const bool log = text.starts_with(kLog);
    if (!log && !text.starts_with(kLoad)) return std::nullopt;
    cursor.phase = log ? Cursor::Phase::kLog : Cursor::Phase::kLoad;
    text.remove_prefix(log ? kLog.size() : kLoad.size());
    const std::size_t colon = log ? text.size() : text.find(':');
    const auto seq = number<std::int64_t>(text.substr(0, colon), 10);
    if (!seq || colon == std::string_view::npos) return std::nullopt;
    cursor.seq = *seq;
    text.remove_prefix(log ? colon : colon + 1);
  }
  const auto after = after_of(text);
  if (!after) return std::nullopt;
  cursor.after = *after;
  return cursor;
}

}  // namespace localdb
