#include "hub/sync/profile.hpp"

#include "hub/model/json.hpp"
#include "hub/resolve/text.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/matching.hpp"

#include <algorithm>

namespace hub::sync {

Profile::Profile(const config::EntityMapping& mapping, const model::EntitySchema& schema)
    : mapping_(mapping), schema_(schema) {
  for (const config::FieldMapping& field : mapping.fields)
    if (field.direction != config::Direction::kPush) fields_.push_back({field.field, field.remote, 0, 0, 0, {}});
  for (const auto& step : mapping.match_on) steps_.push_back({step, 0, 0, {}});
}

void Profile::add(const std::vector<plugin::PulledChange>& changes) {
  for (const plugin::PulledChange& change : changes)
    if (change.op == model::Op::kUpsert) add(change.body);
}

void Profile::add(const std::string& body) {
  ++rows_;
  const auto json = model::parse_json(body);
  if (!json.ok()) return;
  const model::Fields values = hub_fields(mapping_, schema_, body);
  for (Field& field : fields_) {
    const model::Json* given = json.value().find(field.remote);
    if (given == nullptr || given->kind == model::Json::Kind::kNull || given->text.empty()) continue;
    ++field.filled;
    const model::Value* value = model::find_field(values, field.name);
    if (value == nullptr) {
      ++field.invalid;
      continue;
    }
    field.longest = std::max(field.longest, resolve::count_characters(value->text()));
    if (field.values.size() <= kMostDistinct) field.values.insert(std::hash<std::string_view>{}(value->text()));
  }
  for (Step& step : steps_) {
    const auto key = match_key(step.fields, values);
    if (!key) continue;
    ++step.complete;
    if (!step.keys.insert(std::hash<std::string>{}(key->values)).second) ++step.repeated;
  }
}

}  // namespace hub::sync
