#include "hub/app/field_values.hpp"

#include "hub/http/text.hpp"
#include "hub/model/json_writer.hpp"

#include <set>

namespace hub::app {

namespace {

bool is_boolean(const model::EntitySchema* entity, const std::string& name, const std::string& value) {
  const model::FieldSchema* field = entity == nullptr ? nullptr : entity->find(name);
  return field != nullptr && field->type == model::FieldType::kBoolean && (value == "true" || value == "false");
}

}  // namespace

std::string field_values(const Arguments& args, const model::EntitySchema* entity) {
  if (args.fields.empty() && args.cleared.empty()) return {};
  std::set<std::string> named;
  model::JsonWriter json;
  json.begin_object();
  const auto key = [&](const std::string& name) -> model::JsonWriter& {
    if (!named.insert(name).second) throw CommandError(ExitCode::kUsage, "field " + name + " is given twice");
    return json.key(name);
  };
  for (const std::string& text : args.fields) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || !http::is_utf8(text))
      throw CommandError(ExitCode::kUsage, "--field takes NAME=VALUE in UTF-8, such as --field email=ann@example.org");
    const std::string name = text.substr(0, equals);
    const std::string value = text.substr(equals + 1);
    if (is_boolean(entity, name, value))
      key(name).boolean(value == "true");
    else
      key(name).text(value);
  }
  for (const std::string& name : args.cleared) key(name).null();
  return json.end_object().take();
}

}  // namespace hub::app
