#include "hub/sync/cursor.hpp"

namespace hub::sync {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kBetween = '\x1f';  // in no key: control characters are refused at the door

std::string encode(std::string_view bytes) {
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[(bits >> (count - 6)) & 63];
  }
  if (count > 0) text += kAlphabet[(bits << (6 - count)) & 63];
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<unsigned>(digit);
    if ((count += 6) >= 8) bytes += static_cast<char>((bits >> (count -= 8)) & 255);
  }
  return bytes;
}

}  // namespace

std::string make_cursor(const std::vector<std::string>& parts) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) joined += (i == 0 ? "" : std::string(1, kBetween)) + parts[i];
  return encode(joined);
}

std::optional<std::vector<std::string>> open_cursor(std::string_view cursor, std::size_t count) {
  if (cursor.empty()) return std::vector<std::string>(count);
  const auto joined = decode(cursor);
  if (!joined) return std::nullopt;
  std::vector<std::string> parts(1);
  for (const char c : *joined) {
    if (c == kBetween)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts.size() == count ? std::optional(std::move(parts)) : std::nullopt;
}

Refusal bad_cursor() { return {400, "the cursor is none that this list gave", {{"?cursor", "is not valid"}}, {}, 0}; }

bool PageEnd::take(std::vector<std::string> key) {
  if (taken_ == limit_) {
    more_ = true;
    return false;
  }
  ++taken_;
  last_ = std::move(key);
  return true;
}

std::string_view source_of_letter(std::string_view id) { return id.substr(0, id.find(':')); }

}  // namespace hub::sync
