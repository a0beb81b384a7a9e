#include "hub/plugin/text.hpp"

#include "hub/model/json.hpp"

#include <algorithm>

namespace hub::plugin {

namespace {

constexpr std::size_t kMessageBytes = 2'000;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  std::string document;
  model::append_json_string(document, text);
  return model::parse_json(document).ok();
}

}  // namespace

std::optional<std::string_view> from_abi(syncline_str text, std::size_t max_bytes) {
  if (text.size == 0) return std::string_view{};
  if (text.data == nullptr || text.size > max_bytes) return std::nullopt;
  const std::string_view view{text.data, text.size};
  if (view.find('\0') != std::string_view::npos || !is_utf8(view)) return std::nullopt;
  return view;
}

std::string printable(syncline_str text) {
  if (text.data == nullptr) return {};
  std::string line{text.data, std::min(text.size, kMessageBytes)};
  // The cut may have gone through a character: what is left of it is no UTF-8 and goes too.
  for (int i = 0; i < 3 && text.size > kMessageBytes && !is_utf8(line); ++i) line.pop_back();
  const bool utf8 = is_utf8(line);
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
    if (byte >= 0x80 && !utf8) c = '?';
  }
  return line;
}

}  // namespace hub::plugin
