#include "hub/model/schema.hpp"

#include <algorithm>

namespace hub::model {

const FieldSchema* EntitySchema::find(std::string_view field) const {
  const auto it = std::find_if(fields.begin(), fields.end(), [&](const FieldSchema& f) { return f.name == field; });
  return it == fields.end() ? nullptr : &*it;
}

bool EntitySchema::is_computed(std::string_view field) const {
  return std::find(computed.begin(), computed.end(), field) != computed.end();
}

}  // namespace hub::model
