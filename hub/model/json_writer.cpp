#include "hub/model/json_writer.hpp"

#include "hub/base/clock.hpp"
#include "hub/model/json.hpp"

namespace hub::model {

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) { return raw(std::to_string(value)); }
JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::value(const Value& value) {
  separate();
  append_json(out_, value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::fields(const Fields& fields) {
  begin_object();
  for (const FieldValue& field : fields) key(field.name).value(field.value);
  return end_object();
}

JsonWriter& JsonWriter::member_or_null(std::string_view name, std::string_view value) {
  key(name);
  return value.empty() ? null() : text(value);
}

JsonWriter& JsonWriter::time(std::string_view name, std::int64_t epoch_ms) {
  key(name);
  return epoch_ms == 0 ? null() : text(base::format_time(epoch_ms));
}

}  // namespace hub::model
