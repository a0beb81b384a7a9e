#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace localdb {

struct Null {
  friend bool operator==(Null, Null) = default;
};

/// Bytes that are no text.
struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

/// A JSON number that is no 64-bit integer, or true or false, as JSON spells it: the column that takes it decides what
/// becomes of it.
struct Digits {
  std::string text;
  friend bool operator==(const Digits&, const Digits&) = default;
};

/// One value, as a database holds it or as a body names it (never a double or a Blob). A string may
/// hold any bytes, also NUL and what is no UTF-8: a database does not check.
using Value = std::variant<Null, std::int64_t, double, std::string, Blob, Digits>;

/// Appends `value` as a JSON scalar that means exactly the same; a real number gets the shortest digits that read back
/// as the same number. False, and nothing appended, when JSON cannot say it: a blob, an infinity, text that is no
/// UTF-8.
[[nodiscard]] bool append_json(std::string& out, const Value& value);

/// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

/// The version of a row: 16 hex digits that are the same exactly when its named columns hold the same values.
/// `names` and `values` have one length. Whole real numbers count as integers, as SQL's own comparison has it.
[[nodiscard]] std::string digest(std::span<const std::string> names, std::span<const Value> values);

/// 16 hex digits that stand for `text`; they guard against nobody.
[[nodiscard]] std::string digest(std::string_view text);

/// A body's members in their order.
using Body = std::vector<std::pair<std::string, Value>>;

/// Reads a JSON object of scalars; true and false become 1 and 0. Throws std::invalid_argument, which says what is
/// wrong, for anything else, for a key that is given twice, and for text that is no strict JSON.
[[nodiscard]] Body parse_body(std::string_view json);

/// The strings of a JSON array, for lists that this plugin wrote itself. Throws std::invalid_argument for anything
/// else.
[[nodiscard]] std::vector<std::string> parse_names(std::string_view json);

}  // namespace localdb
