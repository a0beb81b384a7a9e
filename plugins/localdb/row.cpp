#include "plugins/localdb/row.hpp"

namespace localdb {

std::optional<std::string> native_id(const Value& pk) {
  constexpr std::size_t kMaxBytes = 1'024;
  if (const auto* integer = std::get_if<std::int64_t>(&pk)) return std::to_string(*integer);
  const auto* text = std::get_if<std::string>(&pk);
  std::string json;
  if (text == nullptr || text->empty() || text->size() > kMaxBytes || !append_json(json, pk)) return std::nullopt;
  return *text;
}

std::string body_of(std::span<const std::string> names, std::span<const Value> values, const std::vector<bool>& chosen,
                    std::vector<std::string>& left_out) {
  std::string body = "{";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!chosen[i]) continue;
    std::string value;
    if (!append_json(value, values[i])) {
      left_out.push_back(names[i]);
      continue;
    }
    if (body.size() > 1) body += ',';
    append_json_string(body, names[i]);
    body.append(1, ':').append(value);
  }
  return body += '}';
}

std::string names_of(std::span<const std::string> names, const std::vector<bool>& chosen) {
  std::string list = "[";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!chosen[i]) continue;
    if (list.size() > 1) list += ',';
    append_json_string(list, names[i]);
  }
  return list += ']';
}

}  // namespace localdb
