#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hub::model {

/// What a Value holds. A decimal is a string of its digits ("12.50"), so that nobody rounds it (PROMISES P18).
enum class ValueKind : std::uint8_t { kNull, kString, kInteger, kBoolean };

/// One field's value in canonical form: two values are equal exactly when kind and text are. Decimals, dates,
/// times and references are strings. Immutable, cheap to move.
class Value {
 public:
  /// null: the field is cleared.
  Value() = default;
  [[nodiscard]] static Value string(std::string text) { return {ValueKind::kString, std::move(text)}; }
  [[nodiscard]] static Value integer(std::int64_t number) { return {ValueKind::kInteger, std::to_string(number)}; }
  [[nodiscard]] static Value boolean(bool on) { return {ValueKind::kBoolean, on ? "true" : "false"}; }

  [[nodiscard]] ValueKind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == ValueKind::kNull; }
  /// The value as text: the string itself, the digits, "true" or "false"; empty for null.
  [[nodiscard]] const std::string& text() const { return text_; }

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Value(ValueKind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
  ValueKind kind_ = ValueKind::kNull;
  std::string text_;
};

}  // namespace hub::model
