#include "hub/sync/body.hpp"

#include <algorithm>
#include <charconv>

namespace hub::sync {

Refusal refused(int status, std::string detail, std::string pointer, std::string why) {
  Refusal refusal{status, std::move(detail), {}, {}, 0};
  if (!pointer.empty()) refusal.errors.push_back({std::move(pointer), std::move(why)});
  return refusal;
}

std::variant<model::Json, Refusal> read_object(std::string_view body, const std::vector<std::string_view>& known) {
  model::Json empty;
  empty.kind = model::Json::Kind::kObject;
  if (body.empty()) return empty;
  auto json = model::parse_json(body);
  if (!json.ok()) return refused(400, "the body " + json.error().message, json.error().where, json.error().message);
  if (json->kind != model::Json::Kind::kObject) return refused(400, "the body must be a JSON object");
  for (const auto& [name, value] : json->members)
    if (!known.empty() && std::find(known.begin(), known.end(), name) == known.end())
      return refused(400, "the body has a member that is not known here", "/" + name, "is not known here");
  return std::move(json).value();
}

std::optional<Refusal> check_match(const model::Record* record, std::string_view if_match) {
  if (if_match.empty() || if_match == "*") return std::nullopt;
  const std::string now = record == nullptr ? std::string() : model::etag(*record);
  if (now == if_match) return std::nullopt;
  Refusal refusal = refused(412, "the record moved on since it was shown: look at it again");
  refusal.members.push_back({"etag", "\"" + now + "\""});
  return refusal;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number > 0 ? std::optional(number) : std::nullopt;
}

std::string text_of(const model::Json& object, std::string_view name) {
  const model::Json* member = object.find(name);
  return member != nullptr && member->kind == model::Json::Kind::kString ? member->text : std::string();
}

}  // namespace hub::sync
