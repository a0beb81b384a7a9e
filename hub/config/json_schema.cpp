#include "hub/config/keys.hpp"
#include "hub/config/load.hpp"
#include "hub/model/json.hpp"

namespace hub::config {
namespace {

using model::Json;

Json string(std::string_view text) { return {Json::Kind::kString, std::string(text), {}, {}}; }
Json number(std::string_view digits) { return {Json::Kind::kNumber, std::string(digits), {}, {}}; }
Json boolean(bool on) { return {Json::Kind::kBoolean, on ? "true" : "false", {}, {}}; }
Json array(std::vector<Json> items) { return {Json::Kind::kArray, {}, std::move(items), {}}; }
Json object(std::vector<std::pair<std::string, Json>> members) {
  return {Json::Kind::kObject, {}, {}, std::move(members)};
}

Json texts(const std::vector<std::string>& words) {
  std::vector<Json> items;
  items.reserve(words.size());
  for (const std::string& word : words) items.push_back(string(word));
  return array(std::move(items));
}

Json list_of(Json items) { return object({{"type", string("array")}, {"items", std::move(items)}}); }
Json any_text() { return object({{"type", string("string")}}); }
Json pattern(std::string_view regex) { return object({{"type", string("string")}, {"pattern", string(regex)}}); }
Json any_scalar() { return object({{"type", texts({"string", "number", "boolean", "null"})}}); }
Json map_of(Json values) { return object({{"type", string("object")}, {"additionalProperties", std::move(values)}}); }

constexpr std::string_view kName = "^[A-Za-z0-9_-]{1,64}$";

Json schema_of(const Key& key);

/// The keys below `path`. An empty map may be written as nothing.
Json section(std::string_view path) {
  std::vector<std::pair<std::string, Json>> properties;
  std::vector<std::string> required;
  for (const Key* child : children_of(path)) {
    properties.emplace_back(last_part(child->path), schema_of(*child));
    // A file that is included has but some of the trees.
    if (child->required && !path.empty()) required.emplace_back(last_part(child->path));
  }
  Json json = object({{"type", texts({"object", "null"})},
                      {"additionalProperties", boolean(false)},
                      {"properties", object(std::move(properties))}});
  if (!required.empty()) {
    json.members[0].second = string("object");
    json.members.emplace_back("required", texts(required));
  }
  return json;
}

Json names(const Key& key) {
  Json json =
      object({{"type", texts({"object", "null"})},
              {"additionalProperties", boolean(false)},
              {"patternProperties", object({{std::string(kName), schema_of(key_at(std::string(key.path) + ".*"))}})}});
  if (key.required) json.members[0].second = string("object");
  return json;
}

Json integer(const Key& key) {
  return object({{"type", string("integer")}, {"minimum", number(key.min)}, {"maximum", number(key.max)}});
}

Json shape_of(const Key& key) {
  switch (key.type) {
    case Type::kSection: return section(key.path);
    case Type::kNames: return names(key);
    case Type::kSettings: return object({{"type", texts({"object", "null"})}});
    case Type::kString: return object({{"type", texts({"string", "number", "boolean"})}});
    case Type::kName: return pattern(kName);
    case Type::kPath: return any_text();
    case Type::kListen: return pattern("^.+:[0-9]+$");
    case Type::kStore: return pattern("^(sqlite|postgres(ql)?://.+)$");
    case Type::kChoice: return object({{"enum", texts(words(key.choices))}});
    case Type::kBoolean: return object({{"type", string("boolean")}});
    case Type::kInteger: return integer(key);
    case Type::kDuration: return pattern("^(0|[1-9][0-9]*)(ms|s|m|h|d)$");
    case Type::kAge: return pattern("^(off|(0|[1-9][0-9]*)(ms|s|m|h|d))$");
    case Type::kSize: return pattern("^(0|[1-9][0-9]*)(B|KiB|MiB|GiB)$");
    case Type::kRate: return pattern("^(unlimited|(0|[1-9][0-9]*)/(s|m|h))$");
    case Type::kStrings: return list_of(any_scalar());
    case Type::kNormalisers: return list_of(pattern("^(trim|lower|email|phone|date|decimal:[0-9]+)$"));
    case Type::kPolicy:
    case Type::kField: {
      Json word = key.type == Type::kField ? any_text() : object({{"enum", texts(words(key.choices))}});
      return object({{"anyOf", array({std::move(word), section(key.path)})}});
    }
    case Type::kMatchOn: return list_of(list_of(pattern(kName)));
    case Type::kFilter: return map_of(list_of(any_scalar()));
    case Type::kValues: return map_of(any_scalar());
  }
  return {};
}

Json default_of(const Key& key) {
  if (key.fallback == "[]") return array({});
  if (key.fallback == "{}") return object({});
  if (key.type == Type::kInteger) return number(key.fallback);
  if (key.type == Type::kBoolean) return boolean(key.fallback == "true");
  return string(key.fallback);
}

Json schema_of(const Key& key) {
  Json json = shape_of(key);
  json.members.emplace_back("description", string(key.text));
  if (!key.fallback.empty()) json.members.emplace_back("default", default_of(key));
  return json;
}

/// Appends `json` with two spaces a level; what is empty or a list of scalars stays on its line.
void append_pretty(std::string& out, const Json& json, std::size_t level) {
  if (json.kind != Json::Kind::kObject || json.members.empty()) {
    if (json.kind != Json::Kind::kArray || json.items.empty() || json.items[0].kind != Json::Kind::kObject)
      return append_json(out, json);
  }
  const std::string indent(2 * level + 2, ' ');
  const char* separator = "\n";
  out += json.kind == Json::Kind::kObject ? "{" : "[";
  for (const auto& [name, value] : json.members) {
    out += std::exchange(separator, ",\n") + indent;
    model::append_json_string(out, name);
    out += ": ";
    append_pretty(out, value, level + 1);
  }
  for (const Json& item : json.items) {
    out += std::exchange(separator, ",\n") + indent;
    append_pretty(out, item, level + 1);
  }
  out += "\n" + std::string(2 * level, ' ') + (json.kind == Json::Kind::kObject ? "}" : "]");
}

}  // namespace

std::string json_schema() {
  Json json = object({{"$schema", string("https://json-schema.org/draft/2020-12/schema")},
                      {"title", string("Syncline's configuration")}});
  for (auto& member : section("").members) json.members.push_back(std::move(member));
  std::string text;
  append_pretty(text, json, 0);
  return text + "\n";
}

}  // namespace hub::config
