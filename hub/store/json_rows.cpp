#include "hub/store/json_rows.hpp"

#include "hub/model/json.hpp"

namespace hub::store {

void JsonRows::add(std::span<const Param> cells) {
  if (rows_ > 0) text_.push_back(',');
  text_.push_back('{');
  std::size_t column = 0;
  bool first = true;
  for (const Param& param : cells) {
    if (!param.is_null()) {
      add_member(column, param, first);
      first = false;
    }
    ++column;
  }
  text_ += '}';
  ++rows_;
}

void JsonRows::add_numbered(const std::vector<std::string>& texts) {
  if (rows_ > 0) text_.push_back(',');
  text_.append("{\"item\":").append(std::to_string(rows_));
  std::size_t column = 0;
  for (const std::string& text : texts) add_member(column++, text, false);
  text_ += '}';
  ++rows_;
}

void JsonRows::add_member(std::size_t column, const Param& param, bool first) {
  if (!first) text_.push_back(',');
  text_.append("\"p").append(std::to_string(column)).append("\":");
  if (param.is_integer())
    text_.append(std::to_string(param.number()));
  else if (param.text().find('\0') == std::string_view::npos)
    model::append_json_string(text_, param.text());
  else
    model::append_json_string(text_, without_nul(param.text()));
}

std::string JsonRows::take() {
  std::string all;
  all.swap(text_);
  clear();
  all.push_back(']');
  return all;
}

void JsonRows::clear() noexcept {
  text_.assign(1, '[');
  rows_ = 0;
}

std::string without_nul(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\0')
      out += "\xEF\xBF\xBD";
    else
      out += c;
  }
  return out;
}

}  // namespace hub::store
