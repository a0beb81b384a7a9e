#include "hub/plugin/settings.hpp"

#include "hub/base/nearest.hpp"

#include <algorithm>
#include <cstdlib>

namespace hub::plugin {

using model::Json;

namespace {

constexpr std::string_view kMapping = "$mapping";

Json text(std::string value) { return {Json::Kind::kString, std::move(value), {}, {}}; }

Json mapping_of(const MappedEntity& entity) {
  Json fields{Json::Kind::kArray, {}, {}, {}};
  for (const std::string& field : entity.fields) fields.items.push_back(text(field));
  Json references{Json::Kind::kObject, {}, {}, {}};
  for (const auto& [field, remote] : entity.references) references.members.emplace_back(field, text(remote));
  return {Json::Kind::kObject,
          {},
          {},
          {{"entity", text(entity.entity)},
           {"key", text(entity.key)},
           {"fields", std::move(fields)},
           {"references", std::move(references)}}};
}

bool is_integer(const Json& json) {
  return json.kind == Json::Kind::kNumber && json.text.find_first_of(".eE") == std::string::npos;
}

bool has_type(const Json& json, std::string_view type) {
  switch (json.kind) {
    case Json::Kind::kNull: return type == "null";
    case Json::Kind::kBoolean: return type == "boolean";
    case Json::Kind::kNumber: return type == "number" || (type == "integer" && is_integer(json));
    case Json::Kind::kString: return type == "string";
    case Json::Kind::kArray: return type == "array";
    case Json::Kind::kObject: return type == "object";
  }
  return false;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : std::string(between)) + word;
  return line;
}

std::vector<std::string> names_of(const Json* object) {
  std::vector<std::string> names;
  if (object != nullptr)
    for (const auto& [name, value] : object->members) names.push_back(name);
  return names;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

class Checker {
 public:
  std::vector<base::Error> errors;

  void check(const Json& schema, const Json& value, const std::string& where) {
    if (!type_fits(schema, value, where)) return;
    if (value.kind == Json::Kind::kObject) check_object(schema, value, where);
    if (value.kind == Json::Kind::kArray) check_items(schema, value, where);
    check_scalar(schema, value, where);
  }

 private:
  void add(const std::string& where, std::string message) { errors.push_back({where, std::move(message)}); }

  bool type_fits(const Json& schema, const Json& value, const std::string& where) {
    const Json* type = schema.find("type");
    if (type == nullptr) return true;
    std::vector<std::string> allowed;
    if (type->kind == Json::Kind::kString) allowed.push_back(type->text);
    for (const Json& one : type->items) allowed.push_back(one.text);
    if (std::any_of(allowed.begin(), allowed.end(), [&](const auto& one) { return has_type(value, one); })) return true;
    add(where, "must be of type " + joined(allowed, " or "));
    return false;
  }

  void check_object(const Json& schema, const Json& object, const std::string& where) {
    const Json* properties = schema.find("properties");
    const std::vector<std::string> known = names_of(properties);
    if (const Json* required = schema.find("required"))
      for (const Json& name : required->items)
        if (object.find(name.text) == nullptr) add(model::pointer_to(where, name.text), "is required");
    const Json* additional = schema.find("additionalProperties");
    for (const auto& [name, value] : object.members) {
      const std::string place = model::pointer_to(where, name);
      if (where.empty() && name == kMapping) continue;
      if (const Json* property = properties == nullptr ? nullptr : properties->find(name)) {
        check(*property, value, place);
      } else if (additional != nullptr && additional->kind == Json::Kind::kObject) {
        check(*additional, value, place);
      } else if (additional != nullptr && additional->text == "false") {
        const std::string near = base::nearest(name, known);
        add(place,
            "is not known; " + (near.empty() ? "known are " + joined(known, ", ") : "did you mean '" + near + "'?"));
      }
    }
  }

  void check_items(const Json& schema, const Json& array, const std::string& where) {
    const Json* items = schema.find("items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < array.items.size(); ++i) check(*items, array.items[i], where + "/" + std::to_string(i));
  }

  void check_scalar(const Json& schema, const Json& value, const std::string& where) {
    if (const Json* allowed = schema.find("enum")) {
      const auto& choices = allowed->items;
      if (std::none_of(choices.begin(), choices.end(), [&](const Json& one) { return same_json(one, value); })) {
        std::vector<std::string> words;
        for (const Json& one : choices) words.push_back(one.text);
        add(where, "must be one of " + joined(words, ", "));
      }
    }
    if (value.kind == Json::Kind::kNumber) {
      const double number = std::strtod(value.text.c_str(), nullptr);
      if (const Json* low = schema.find("minimum"); low != nullptr && number < std::strtod(low->text.c_str(), nullptr))
        add(where, "must be at least " + low->text);
      if (const Json* high = schema.find("maximum");
          high != nullptr && number > std::strtod(high->text.c_str(), nullptr))
        add(where, "must be at most " + high->text);
    }
    if (value.kind == Json::Kind::kString) {
      const Json* shortest = schema.find("minLength");
      if (shortest != nullptr && characters(value.text) < std::strtoull(shortest->text.c_str(), nullptr, 10))
        add(where, "must have at least " + shortest->text + (shortest->text == "1" ? " character" : " characters"));
    }
  }
};

}  // namespace

std::string with_mapping(std::string_view settings, const std::vector<MappedEntity>& entities) {
  Json object = model::parse_json(settings).value();
  Json mapping{Json::Kind::kObject, {}, {}, {}};
  for (const MappedEntity& entity : entities) mapping.members.emplace_back(entity.remote, mapping_of(entity));
  object.members.emplace_back(kMapping, std::move(mapping));
  std::string out;
  append_json(out, object);
  return out;
}

std::vector<base::Error> check_settings(const Json& schema, const Json& settings) {
  Checker checker;
  checker.check(schema, settings, "");
  return std::move(checker.errors);
}

}  // namespace hub::plugin
