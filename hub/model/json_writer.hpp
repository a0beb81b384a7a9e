#pragma once

#include "hub/model/change.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hub::model {

/// Writes a JSON text member by member; puts the commas itself. The caller closes what it opens.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  /// The name of the member whose value comes next.
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null() { return raw("null"); }
  JsonWriter& value(const Value& value);
  /// A value that is JSON text already.
  JsonWriter& raw(std::string_view json);
  /// Field values as an object.
  JsonWriter& fields(const Fields& fields);

  JsonWriter& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& member(std::string_view name, const std::string& value) { return key(name).text(value); }
  JsonWriter& member(std::string_view name, const char* value) { return key(name).text(value); }
  JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).number(value); }
  JsonWriter& member(std::string_view name, int value) { return key(name).number(value); }
  JsonWriter& member(std::string_view name, bool value) { return key(name).boolean(value); }
  /// The text, or null when it is empty.
  JsonWriter& member_or_null(std::string_view name, std::string_view value);
  /// Milliseconds since the epoch as RFC 3339, or null for 0.
  JsonWriter& time(std::string_view name, std::int64_t epoch_ms);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string out_;
  bool comma_ = false;  // the next value or key needs one before it
};

}  // namespace hub::model
