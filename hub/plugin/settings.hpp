#pragma once

#include "hub/base/result.hpp"
#include "hub/model/json.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::plugin {

/// What the hub exchanges with a source of one of its entities, in the source's words: one member of "$mapping".
struct MappedEntity {
  std::string remote;               // the source's name of the entity
  std::string entity;               // the hub's
  std::string key;                  // the source field that is the external id; empty: links are the crosswalk
  std::vector<std::string> fields;  // every source field that is exchanged, the key too
  std::vector<std::pair<std::string, std::string>> references;  // source field to the remote entity referred to
};

/// The settings that a plugin's create gets (plugin.h): the object `settings` with the reserved member "$mapping".
/// `settings` is a JSON object without that member.
[[nodiscard]] std::string with_mapping(std::string_view settings, const std::vector<MappedEntity>& entities);

/// Every way in which `settings` breaks `schema`, in the order of the schema; empty when it fits. `where` is a JSON
/// pointer. Checked are type, required, properties, additionalProperties, enum, minimum, maximum, minLength and items;
/// other keywords are the plugin's own to check. The member "$mapping" is not looked at. Values never appear in a
/// message: they may be secrets.
[[nodiscard]] std::vector<base::Error> check_settings(const model::Json& schema, const model::Json& settings);

}  // namespace hub::plugin
