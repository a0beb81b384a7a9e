#include "hub/resolve/decimal.hpp"

#include <algorithm>
#include <charconv>

namespace hub::resolve {

namespace {

constexpr long kMaxExponent = 1'000'000;  // far beyond any number that may be kept, and safe to add to

/// Takes the digits at the front of `text`; empty when there are none.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// The exponent at the front of `text`, kept in ±kMaxExponent; nullopt when it has no digits.
std::optional<long> take_exponent(std::string_view& text) {
  const bool negative = text.starts_with('-');
  take(text, "+-");
  const std::string_view digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  long exponent = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (read.ec != std::errc{} || exponent > kMaxExponent) exponent = kMaxExponent;
  return negative ? -exponent : exponent;
}

void strip_zeros(Decimal& number) {
  const auto first = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, first);
  number.point -= static_cast<long>(first);
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  if (number.digits.empty()) number = {};
}

}  // namespace

long Decimal::scale() const { return std::max(0L, static_cast<long>(digits.size()) - point); }

void Decimal::round(int places) {
  if (scale() <= places) return;
  const long keep = point + places;  // digits that stay; when negative, the first dropped digit is a zero
  const bool up = keep >= 0 && digits[static_cast<std::size_t>(keep)] >= '5';
  digits.erase(static_cast<std::size_t>(std::max(0L, keep)));
  if (up) {
    auto digit = digits.rbegin();
    while (digit != digits.rend() && *digit == '9') *digit++ = '0';
    if (digit != digits.rend()) {
      ++*digit;
    } else {
      digits.insert(digits.begin(), '1');
      ++point;
    }
  }
  strip_zeros(*this);
}

std::optional<std::string> Decimal::text(std::optional<int> places) const {
  const long whole = std::max(0L, point);
  const long fraction = places ? std::max<long>(*places, scale()) : scale();
  if (whole + fraction > kMaxDigits) return std::nullopt;
  std::string text = negative ? "-" : "";
  const auto digit = [&](long at) {
    return at >= 0 && at < static_cast<long>(digits.size()) ? digits[static_cast<std::size_t>(at)] : '0';
  };
  if (whole == 0) text += '0';
  for (long at = 0; at < whole; ++at) text += digit(at);
  if (fraction > 0) text += '.';
  for (long at = point; at < point + fraction; ++at) text += digit(at);
  return text;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  number.negative = take(text, "-");
  const std::string_view whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  std::string_view fraction;
  if (take(text, ".")) {
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  number.digits.append(whole).append(fraction);
  number.point = static_cast<long>(whole.size());
  if (take(text, "eE")) {
    const auto exponent = take_exponent(text);
    if (!exponent) return std::nullopt;
    number.point += *exponent;
  }
  if (!text.empty()) return std::nullopt;
  strip_zeros(number);
  return number;
}

}  // namespace hub::resolve
