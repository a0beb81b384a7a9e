#include "hub/config/build.hpp"

#include "hub/base/nearest.hpp"
#include "hub/config/scalar.hpp"
#include "hub/config/secrets.hpp"

#include <algorithm>

namespace hub::config {

std::string text_at(const Node& node, std::string_view path) {
  const Node* found = node.at(path);
  return found == nullptr ? std::string{} : found->text;
}

bool flag_at(const Node& node, std::string_view path) { return text_at(node, path) == "true"; }

double number_at(const Node& node, std::string_view path, Type type) {
  return quantity(type, text_at(node, path)).value_or(0);
}

int int_at(const Node& node, std::string_view path) { return static_cast<int>(number_at(node, path, Type::kInteger)); }

Millis millis_at(const Node& node, std::string_view path) {
  return Millis{static_cast<std::int64_t>(number_at(node, path, Type::kDuration))};
}

std::vector<std::string> list_at(const Node& node, std::string_view path) {
  std::vector<std::string> texts;
  if (const Node* list = node.at(path))
    for (const Node& item : list->items) texts.push_back(item.text);
  return texts;
}

std::optional<model::DeleteMode> delete_mode_at(const Node& node) {
  const std::string text = text_at(node, "deletes");
  if (text == "propagate") return model::DeleteMode::kPropagate;
  if (text == "ignore") return model::DeleteMode::kIgnore;
  if (text == "manual") return model::DeleteMode::kManual;
  return std::nullopt;
}

std::string no_such(std::string_view word, std::string_view what, const std::vector<std::string>& known) {
  std::string message = "`" + std::string(word) + "` is no " + std::string(what);
  if (const std::string near = base::nearest(word, known); !near.empty())
    return message + "; did you mean `" + near + "`?";
  return message + (known.empty() ? "; there is none" : "; known are " + listed(known, "and"));
}

std::vector<std::string> field_names(const model::EntitySchema& entity) {
  std::vector<std::string> names;
  for (const model::FieldSchema& field : entity.fields) names.push_back(field.name);
  return names;
}

bool is_value_of(const model::FieldSchema& field, const std::string& text) {
  switch (field.type) {
    case model::FieldType::kInteger: return plain_kind(text) == Plain::kInteger && !text.starts_with('+');
    case model::FieldType::kDecimal: {
      const Plain kind = plain_kind(text);
      return kind == Plain::kInteger || kind == Plain::kFloat;
    }
    case model::FieldType::kBoolean: return text == "true" || text == "false";
    default:
      return field.allowed.empty() ||
             std::find(field.allowed.begin(), field.allowed.end(), text) != field.allowed.end();
  }
}

HubConfig build_hub(const Node& root, Findings& findings) {
  HubConfig hub;
  hub.name = text_at(root, "hub.name");
  if (const auto address = listen_address(text_at(root, "hub.listen")))
    std::tie(hub.listen_host, hub.listen_port) = *address;
  if (const Node* data = root.at("hub.data")) hub.data = absolute_at(data->place, data->text);
  if (const Node* plugins = root.at("hub.plugins")) hub.plugins = absolute_at(plugins->place, plugins->text);
  if (const Node* store = root.at("hub.store")) {
    if (holds_password(store->text) && !has_reference(store->text))
      findings.warning(store->place, "`hub.store` has its password written out; use ${file:…}, ${env:…} or ${cred:…}");
    hub.store = resolve_references(store->text, "hub.store", store->place, findings).value_or("");
  }
  hub.durable = text_at(root, "hub.durability") != "relaxed";
  hub.shadow = flag_at(root, "hub.shadow");
  const auto age = [&](std::string_view path) {
    return Millis{static_cast<std::int64_t>(number_at(root, path, Type::kAge))};
  };
  hub.retention.journal = age("hub.retention.journal");
  hub.retention.journal_rows = static_cast<std::int64_t>(number_at(root, "hub.retention.journal_rows", Type::kInteger));
  hub.retention.deliveries = age("hub.retention.deliveries");
  hub.retention.undo = millis_at(root, "hub.retention.undo");
  return hub;
}

ApiConfig build_api(const Node& root, Findings& findings) {
  const auto bytes = [&](std::string_view path) {
    return static_cast<std::size_t>(number_at(root, path, Type::kSize));
  };
  ApiConfig api;
  api.default_entity = text_at(root, "api.default_entity");
  api.body_bytes = bytes("api.body_limit");
  api.line_bytes = bytes("api.line_limit");
  api.max_connections = int_at(root, "api.max_connections");
  api.header_timeout = millis_at(root, "api.header_timeout");
  api.body_timeout = millis_at(root, "api.body_timeout");
  api.idle_timeout = millis_at(root, "api.idle_timeout");
  api.stop_grace = millis_at(root, "api.stop_grace");
  api.queue_changes = static_cast<std::size_t>(int_at(root, "api.queue_changes"));

  const std::vector<std::string> entities = keys_of(root.at("entities"));
  if (!api.default_entity.empty() && std::find(entities.begin(), entities.end(), api.default_entity) == entities.end())
    findings.problem(root.at("api.default_entity")->place,
                     "`api.default_entity`: " + no_such(api.default_entity, "entity", entities));
  return api;
}

}  // namespace hub::config
