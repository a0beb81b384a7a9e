#include "hub/resolve/text.hpp"

#include <algorithm>

namespace hub::resolve {

namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";
constexpr std::string_view kNoBreakSpace = "\u00a0";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool between(unsigned point, unsigned first, unsigned last) { return point >= first && point <= last; }

/// The lower case of a code point that takes two bytes; all of these have lower cases of two bytes.
unsigned lower_of(unsigned point) {
  if (between(point, 0xC0, 0xDE) && point != 0xD7) return point + 32;
  if (point == 0x178) return 0xFF;
  if (between(point, 0x100, 0x12F) || between(point, 0x132, 0x137) || between(point, 0x14A, 0x177)) return point | 1;
  if (between(point, 0x139, 0x148) || between(point, 0x179, 0x17E)) return point + (point & 1);
  if (point == 0x386) return 0x3AC;
  if (between(point, 0x388, 0x38A)) return point + 37;
  if (point == 0x38C) return 0x3CC;
  if (between(point, 0x38E, 0x38F)) return point + 63;
  if (between(point, 0x391, 0x3AB) && point != 0x3A2) return point + 32;
  if (between(point, 0x400, 0x40F)) return point + 80;
  if (between(point, 0x410, 0x42F)) return point + 32;
  return point;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

bool has_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  for (;;) {
    const std::size_t size = text.size();
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    text.remove_suffix(text.size() - (text.find_last_not_of(kBlanks) + 1));
    if (text.starts_with(kNoBreakSpace)) text.remove_prefix(kNoBreakSpace.size());
    if (text.ends_with(kNoBreakSpace)) text.remove_suffix(kNoBreakSpace.size());
    if (text.size() == size) return text;
  }
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const auto c = static_cast<unsigned char>(lower[i]);
    if (c >= 'A' && c <= 'Z') {
      lower[i] = static_cast<char>(c + ('a' - 'A'));
    } else if (between(c, 0xC2, 0xDF) && i + 1 < lower.size()) {
      const unsigned point = lower_of((c & 0x1FU) << 6 | (static_cast<unsigned char>(lower[i + 1]) & 0x3FU));
      lower[i] = static_cast<char>(0xC0U | point >> 6);
      lower[++i] = static_cast<char>(0x80U | (point & 0x3FU));
    }
  }
  return lower;
}

}  // namespace hub::resolve
