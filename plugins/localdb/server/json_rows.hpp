#pragma once

#include "plugins/localdb/value.hpp"

#include <string>
#include <string_view>

namespace localdb::server {

/// Writes a JSON array of flat objects, the form in which a statement takes its rows.
class JsonRows {
 public:
  /// Begins an object.
  JsonRows& row() {
    text_ += empty() ? "{" : "},{";
    first_ = true;
    return *this;
  }
  JsonRows& member(std::string_view name, const Value& value) {
    if (!first_) text_ += ',';
    first_ = false;
    text_.append(1, '"').append(name).append("\":");
    if (!append_json(text_, value)) text_ += "null";  // bodies come from JSON: there is nothing that it cannot say
    return *this;
  }
  [[nodiscard]] bool empty() const { return text_.size() == 1; }
  [[nodiscard]] std::string text() const { return empty() ? "[]" : text_ + "}]"; }

 private:
  std::string text_ = "[";
  bool first_ = true;
};

}  // namespace localdb::server
