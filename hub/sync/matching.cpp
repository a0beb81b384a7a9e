#include "hub/sync/matching.hpp"

#include "hub/base/log.hpp"
#include "hub/model/json.hpp"
#include "hub/store/records.hpp"

#include <algorithm>
#include <set>

namespace hub::sync {

namespace {

constexpr std::string_view kSetting = "match_on";
constexpr int kPage = 1000;

std::string joined(const MatchFields& fields) {
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : ",") + field;
  return text;
}

/// "client: email; client: lastName,zip; ": what the table of keys is built for.
std::string fingerprint(const config::Config& config) {
  std::string text;
  for (const model::EntitySchema& entity : config.entities)
    for (const MatchFields& fields : match_steps(config, entity.name))
      text += entity.name + ": " + joined(fields) + "; ";
  return text;
}

/// The key that `fields` give, where `find` gives a field's value, null for none.
template <class Find>
std::optional<store::MatchKey> key_of(const MatchFields& fields, Find find) {
  std::string text = "[";
  for (const std::string& field : fields) {
    const model::Value* value = find(field);
    if (value == nullptr || value->is_null() || value->text().empty()) return std::nullopt;
    if (text.size() > 1) text += ',';
    model::append_json(text, *value);
  }
  return store::MatchKey{joined(fields), text += ']'};
}

}  // namespace

std::vector<MatchFields> match_steps(const config::Config& config, std::string_view entity) {
  std::set<MatchFields> steps;
  for (const config::SourceConfig& source : config.sources)
    if (const config::EntityMapping* mapping = source.find(entity))
      steps.insert(mapping->match_on.begin(), mapping->match_on.end());
  if (const model::EntitySchema* schema = config.entity(entity))
    for (const model::FieldSchema& field : schema->fields)
      if (field.type == model::FieldType::kReference) steps.insert({field.name});
  return {steps.begin(), steps.end()};
}

std::optional<store::MatchKey> match_key(const MatchFields& fields, const model::Fields& values) {
  return key_of(fields, [&](const std::string& field) { return model::find_field(values, field); });
}

std::vector<store::MatchKey> match_keys(const std::vector<MatchFields>& steps, const model::Record& record) {
  std::vector<store::MatchKey> keys;
  if (record.deleted) return keys;
  const auto value_of = [&](const std::string& field) {
    const model::Cell* cell = record.find(field);
    return cell == nullptr ? nullptr : &cell->value;
  };
  for (const MatchFields& fields : steps)
    if (auto key = key_of(fields, value_of)) keys.push_back(std::move(*key));
  return keys;
}

std::size_t hash_of(std::string_view entity, const store::MatchKey& key) {
  const std::hash<std::string_view> hash;
  return (hash(key.values) * 31 + hash(key.fields)) * 31 + hash(entity);
}

void rebuild_match_keys(store::Store& store, const config::Config& config) {
  const std::string wanted = fingerprint(config);
  const std::string present = store.read([](store::Session& s) { return store::load_setting(s, kSetting); });
  if (wanted == present) return;
  base::log(base::LogLevel::kInfo, "hub", "match_on has changed: building the keys by which records are found");
  store.write([](store::Session& session) {
    store::put_setting(session, kSetting, "being built");
    store::remove_all_match_keys(session);
  });
  for (const model::EntitySchema& entity : config.entities) {
    const auto steps = match_steps(config, entity.name);
    model::RecordKey last{entity.name, {}};
    for (int rows = steps.empty() ? 0 : kPage; rows == kPage;) {
      rows = 0;
      store.write([&](store::Session& session) {
        std::vector<model::Record> page;
        store::list_records(session, entity.name, last, kPage, false,
                            [&](model::Record&& record) { page.push_back(std::move(record)); });
        for (const model::Record& record : page)
          store::add_match_keys(session, record.key, {}, match_keys(steps, record));
        store::flush_match_keys(session);
        rows = static_cast<int>(page.size());
        if (rows > 0) last = page.back().key;
      });
    }
  }
  store.write([&](store::Session& session) { store::put_setting(session, kSetting, wanted); });
}

}  // namespace hub::sync
