#pragma once

#include "hub/sync/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::sync {

/// The opaque cursor of a list: the parts of the last row's key in URL-safe base 64.
[[nodiscard]] std::string make_cursor(const std::vector<std::string>& parts);
/// The parts of a cursor; `count` empty ones for the empty cursor; nullopt for a text that make_cursor() cannot give.
[[nodiscard]] std::optional<std::vector<std::string>> open_cursor(std::string_view cursor, std::size_t count);
[[nodiscard]] Refusal bad_cursor();

/// Cuts a list that was read one row longer than its limit, and remembers where the next page begins.
class PageEnd {
 public:
  explicit PageEnd(int limit) : limit_(limit) {}
  /// True when the row with this key belongs to the page.
  bool take(std::vector<std::string> key);
  /// The cursor of the next page, empty when there is none.
  [[nodiscard]] std::string next() const { return more_ ? make_cursor(last_) : std::string(); }

 private:
  int limit_;
  int taken_ = 0;
  bool more_ = false;
  std::vector<std::string> last_;
};

/// The source that a dead letter's id begins with ("CRM:4", "CRM:7-18f:client:X").
[[nodiscard]] std::string_view source_of_letter(std::string_view id);

}  // namespace hub::sync
