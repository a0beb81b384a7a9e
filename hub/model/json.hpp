#pragma once

#include "hub/base/result.hpp"
#include "hub/model/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::model {

/// A parsed JSON document in which nothing was rounded or dropped: numbers keep the text they had.
struct Json {
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string text;                                   // kString: the string; kNumber: its digits; kBoolean: true/false
  std::vector<Json> items;                            // kArray
  std::vector<std::pair<std::string, Json>> members;  // kObject, in the order of the document, keys unique

  /// The member called `key`, or null when there is none or this is no object.
  [[nodiscard]] const Json* find(std::string_view key) const;

  friend bool operator==(const Json&, const Json&) = default;
};

/// Parses one strict JSON document (RFC 8259). Refused, with the byte offset in the message: trailing bytes, NUL
/// bytes, invalid UTF-8, lone surrogates, duplicate keys (with their JSON pointer), NaN and infinities, and nesting
/// deeper than `max_depth`.
[[nodiscard]] base::Result<Json> parse_json(std::string_view text, int max_depth = 32);

/// The JSON pointer (RFC 6901) of member `name` of the object at `parent`.
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view name);

/// The same value whatever the order of the keys: true when both documents mean the same.
[[nodiscard]] bool same_json(const Json& a, const Json& b);

/// Appends `text` to `out` as a JSON string with its quotes. `text` is valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Appends a value as a JSON scalar.
void append_json(std::string& out, const Value& value);

/// Appends a document, compact, members in their order.
void append_json(std::string& out, const Json& json);

/// The value of a JSON scalar: what append_json(Value) wrote comes back equal. A number that is no 64-bit integer gives
/// the string of its digits; arrays and objects give their compact text.
[[nodiscard]] Value value_of(const Json& json);

}  // namespace hub::model
