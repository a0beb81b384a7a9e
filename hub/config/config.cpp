#include "hub/config/config.hpp"

#include <algorithm>

namespace hub::config {
namespace {

template <class Item, class Name>
const Item* find_named(const std::vector<Item>& items, std::string_view name, Name Item::*member) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.*member == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const FieldMapping* EntityMapping::find(std::string_view field) const {
  return find_named(fields, field, &FieldMapping::field);
}

const EntityMapping* SourceConfig::find(std::string_view entity) const {
  return find_named(entities, entity, &EntityMapping::entity);
}

const model::EntitySchema* Config::entity(std::string_view name) const {
  return find_named(entities, name, &model::EntitySchema::name);
}

const SourceConfig* Config::source(std::string_view name) const {
  return find_named(sources, name, &SourceConfig::name);
}

}  // namespace hub::config
