#include "hub/app/cells.hpp"

#include "hub/base/clock.hpp"

namespace hub::app {

using model::Json;

std::string cell(const Json& value) {
  std::string text;
  switch (value.kind) {
    case Json::Kind::kNull: return "-";
    case Json::Kind::kArray:
      for (const Json& item : value.items) text += (text.empty() ? "" : ", ") + cell(item);
      return text;
    case Json::Kind::kObject:
      for (const auto& [name, member] : value.members) text += (text.empty() ? "" : ", ") + name + "=" + cell(member);
      return text;
    default: return value.text;
  }
}

std::string cell(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? "-" : cell(*member);
}

const Json& member_of(const Json& object, std::string_view name) {
  static const Json kNull;
  const Json* member = object.find(name);
  return member == nullptr ? kNull : *member;
}

const std::vector<Json>& items_of(const Json& object, std::string_view name) { return member_of(object, name).items; }

std::string short_time(const std::string& text, std::int64_t now_ms) {
  const auto at = base::parse_time(text);
  if (!at) return text;
  constexpr std::size_t kDay = sizeof "2026-01-02" - 1;
  const bool today = base::format_time(now_ms).compare(0, kDay, text, 0, kDay) == 0;
  return today ? text.substr(kDay + 1, sizeof "14:03:22" - 1)
               : text.substr(0, kDay) + " " + text.substr(kDay + 1, sizeof "14:03" - 1);
}

std::string time_cell(const Json& object, std::string_view name) {
  return short_time(cell(object, name), base::SystemClock().now_ms());
}

std::string counted(const std::string& number, const std::string& noun) {
  return number + " " + noun + (number == "1" ? "" : "s");
}

}  // namespace hub::app
