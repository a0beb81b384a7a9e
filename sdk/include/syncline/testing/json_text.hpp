#pragma once

#include <cctype>
#include <string_view>

namespace syncline::testing {

/// Whether a text is one JSON object, and nothing else. The suite brings its own reader, so that it forces no JSON
/// library on a plugin's tests.
class JsonText {
 public:
  [[nodiscard]] static bool is_object(std::string_view text) {
    JsonText reader{text};
    reader.space();
    if (reader.peek() != '{' || !reader.value(0)) return false;
    reader.space();
    return reader.rest_.empty();
  }

 private:
  static constexpr int kMaxDepth = 64;

  explicit JsonText(std::string_view text) : rest_(text) {}

  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos)
      rest_.remove_prefix(1);
  }
  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool digits() {
    const std::size_t before = rest_.size();
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) rest_.remove_prefix(1);
    return rest_.size() < before;
  }

  bool value(int depth) {
    space();
    switch (peek()) {
      case '{': return depth < kMaxDepth && list('{', '}', depth, true);
      case '[': return depth < kMaxDepth && list('[', ']', depth, false);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool list(char open, char close, int depth, bool named) {
    take(open);
    space();
    if (take(close)) return true;
    do {
      space();
      if (named && (!string() || (space(), !take(':')))) return false;
      if (!value(depth + 1)) return false;
      space();
    } while (take(','));
    return take(close);
  }

  bool string() {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  bool escape() {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      if (std::isxdigit(static_cast<unsigned char>(peek())) == 0) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  std::string_view rest_;
};

}  // namespace syncline::testing
