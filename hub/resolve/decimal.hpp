#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hub::resolve {

/// An exact decimal number of any size that its text can have: ±0.<digits> × 10^point, without leading or trailing
/// zeros.
struct Decimal {
  static constexpr int kMaxDigits = 38;

  bool negative = false;  // never for zero
  std::string digits;     // empty for zero
  long point = 0;         // where the decimal point stands, counted from the left of `digits`

  /// Digits after the point.
  [[nodiscard]] long scale() const;
  /// Rounds half up (away from zero) to `places` digits after the point.
  void round(int places);
  /// The text with exactly `places` digits after the point (at least scale()), or as few as it takes. nullopt: more
  /// than kMaxDigits digits.
  [[nodiscard]] std::optional<std::string> text(std::optional<int> places) const;
};

/// Reads a number as JSON writes it ("-12.50", "1e3"): no plus sign, no superfluous leading zero. nullopt: it is none.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

}  // namespace hub::resolve
