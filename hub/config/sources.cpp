#include "hub/config/build.hpp"
#include "hub/config/scalar.hpp"
#include "hub/config/settings.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace hub::config {
namespace {

PullSettings build_pull(const Node& source) {
  PullSettings pull;
  pull.every = millis_at(source, "pull.every");
  pull.limit = int_at(source, "pull.limit");
  pull.max_deletes_count = int_at(source, "pull.max_deletes.count");
  pull.max_deletes_percent = int_at(source, "pull.max_deletes.percent");
  return pull;
}

PushSettings build_push(const Node& source, const std::string& path, Findings& findings) {
  PushSettings push;
  push.batch = int_at(source, "push.batch");
  push.max_attempts = int_at(source, "push.max_attempts");
  push.backoff_first = millis_at(source, "push.backoff.first");
  push.backoff_max = millis_at(source, "push.backoff.max");
  push.rate_per_second = number_at(source, "push.rate", Type::kRate);
  push.breaker_failures = int_at(source, "push.breaker.failures");
  push.breaker_open = millis_at(source, "push.breaker.open");
  if (const Node* first = source.at("push.backoff.first"); first != nullptr && push.backoff_first > push.backoff_max)
    findings.problem(first->place, "`" + path + ".push.backoff.first` is longer than `" + path + ".push.backoff.max`");
  return push;
}

model::Value value_of(const Node& node) {
  if (node.kind == Node::Kind::kNull) return {};
  const Plain kind = node.quoted ? Plain::kText : plain_kind(node.text);
  if (kind == Plain::kBoolean) return model::Value::boolean(node.text == "true");
  if (kind == Plain::kInteger) return model::Value::integer(std::stoll(node.text));
  return model::Value::string(node.text);
}

/// Builds the mapping of one entity at one source. `schema` is the entity's.
class MappingBuilder {
 public:
  MappingBuilder(const model::EntitySchema& schema, std::string path, Findings& findings)
      : schema_(schema), path_(std::move(path)), known_(field_names(schema)), findings_(findings) {}

  EntityMapping build(const Node& node) {
    EntityMapping mapping;
    mapping.entity = schema_.name;
    mapping.remote = node.at("remote") == nullptr ? schema_.name : text_at(node, "remote");
    mapping.key = text_at(node, "key");
    mapping.deletes = delete_mode_at(node);
    if (const Node* fields = node.at("fields"))
      for (const Member& field : fields->members)
        if (const auto* known = find(field.key, field.place, "fields"))
          mapping.fields.push_back(this->field(*known, field));
    if (mapping.fields.empty())
      for (const model::FieldSchema& field : schema_.fields)
        mapping.fields.push_back({field.name, field.name, field.computed() ? Direction::kPush : Direction::kBoth, {}});
    if (const Node* fields = node.at("fields")) refuse_shared_remotes(mapping, *fields);
    if (const Node* constants = node.at("constants")) this->constants(mapping, *constants);
    if (const Node* match_on = node.at("match_on")) this->match_on(mapping, *match_on);
    if (const Node* filter = node.at("filter"))
      for (const Member& member : filter->members) this->filter(mapping, member);
    return mapping;
  }

 private:
  /// The field called `name`, or a problem. An entity without fields was refused already.
  const model::FieldSchema* find(const std::string& name, const Place& place, const std::string& key) {
    const model::FieldSchema* field = schema_.find(name);
    if (field == nullptr && !known_.empty())
      findings_.problem(place,
                        "`" + path_ + "." + key + "`: " + no_such(name, "field of `" + schema_.name + "`", known_));
    return field;
  }

  FieldMapping field(const model::FieldSchema& schema, const Member& member) {
    FieldMapping mapping;
    mapping.field = member.key;
    mapping.remote = member.value.at("field") == nullptr ? member.key : text_at(member.value, "field");
    const std::string direction = text_at(member.value, "direction");
    mapping.direction = direction == "pull"   ? Direction::kPull
                        : direction == "push" ? Direction::kPush
                                              : Direction::kBoth;
    if (schema.computed()) {
      if (mapping.direction == Direction::kPull)
        findings_.problem(member.value.at("direction")->place, "`" + path_ + ".fields." + member.key +
                                                                   "` is computed, so it is only sent; use "
                                                                   "`direction: push`");
      mapping.direction = Direction::kPush;
    }
    const std::string path = path_ + ".fields." + member.key + ".values";
    std::map<std::string, std::string> back;  // source value to hub value
    if (const Node* values = member.value.at("values")) {
      for (const Member& value : values->members) {
        check_value(schema, value, path);
        mapping.values.emplace_back(value.key, value_of(value.value));
        const auto [first, is_new] = back.emplace(mapping.values.back().second.text(), value.key);
        if (!is_new && mapping.direction != Direction::kPush)
          findings_.problem(value.place,
                            "`" + path + "` maps `" + first->second + "` and `" + value.key +
                                "` to the same value, so a pull could not tell them apart; use `direction: push`");
      }
    }
    return mapping;
  }

  void check_value(const model::FieldSchema& schema, const Member& value, const std::string& path) {
    if (!is_value_of(schema, value.key))
      findings_.problem(value.place,
                        "`" + path + "`: " + shown(value.key) + " is no value of the field `" + schema.name + "`");
    check_scalar(value.value, path);
  }

  void check_scalar(const Node& value, const std::string& path) {
    const Plain kind = value.quoted ? Plain::kText : plain_kind(value.text);
    const bool too_long = kind == Plain::kInteger && value.text.size() > 18;
    if (kind == Plain::kAmbiguous || kind == Plain::kFloat || too_long)
      findings_.problem(value.place,
                        "`" + path + "`: " + shown(value.text) +
                            " must be a whole number of at most 18 digits, `true`, `false` or text; quote it");
  }

  void constants(EntityMapping& mapping, const Node& node) {
    const std::string path = path_ + ".constants";
    for (const Member& constant : node.members) {
      check_scalar(constant.value, path);
      const auto mapped = std::find_if(mapping.fields.begin(), mapping.fields.end(),
                                       [&](const FieldMapping& field) { return field.remote == constant.key; });
      if (constant.key == mapping.key)
        findings_.problem(constant.place, "`" + path + "`: `" + constant.key + "` is the key of the rows");
      else if (mapped != mapping.fields.end())
        findings_.problem(constant.place, "`" + path + "`: `" + constant.key + "` is what `" + mapped->field +
                                              "` is called there; a field has a constant or is mapped");
      mapping.constants.emplace_back(constant.key, value_of(constant.value));
    }
  }

  void refuse_shared_remotes(const EntityMapping& mapping, const Node& fields) {
    std::map<std::string, std::string> writers;
    for (const FieldMapping& field : mapping.fields) {
      if (field.direction == Direction::kPull) continue;
      const auto [first, is_new] = writers.emplace(field.remote, field.field);
      if (const Member* member = fields.member(field.field); !is_new && member != nullptr)
        findings_.problem(member->place, "`" + path_ + ".fields`: `" + first->second + "` and `" + field.field +
                                             "` are both written to `" + field.remote +
                                             "`; use `direction: pull` for one");
    }
  }

  void match_on(EntityMapping& mapping, const Node& node) {
    for (const Node& ladder : node.items) {
      std::vector<std::string> fields;
      for (const Node& item : ladder.items) {
        fields.push_back(item.text);
        if (find(item.text, item.place, "match_on") == nullptr) continue;
        if (const std::string missing = not_pulled(mapping, item.text); !missing.empty())
          findings_.problem(item.place,
                            "`" + path_ + ".match_on`: `" + missing + "` is not pulled; add it to `fields`");
      }
      mapping.match_on.push_back(std::move(fields));
    }
  }

  /// The field called `name`, or one that it is made of, that the source does not give; empty when it gives all.
  std::string not_pulled(const EntityMapping& mapping, const std::string& name) const {
    const model::FieldSchema* schema = schema_.find(name);
    if (schema == nullptr || !schema->computed()) {
      const FieldMapping* field = mapping.find(name);
      return field == nullptr || field->direction == Direction::kPush ? name : std::string();
    }
    const auto& ordered = schema_.computed;
    if (std::find(ordered.begin(), ordered.end(), name) == ordered.end()) return {};  // a circle, which was reported
    for (const model::TemplatePart& part : schema->parts)
      if (!part.field.empty())
        if (std::string missing = not_pulled(mapping, part.field); !missing.empty()) return missing;
    return {};
  }

  void filter(EntityMapping& mapping, const Member& member) {
    const model::FieldSchema* field = find(member.key, member.place, "filter");
    std::vector<std::string>& passing = mapping.filter[member.key];
    for (const Node& item : member.value.items) {
      passing.push_back(item.text);
      if (field != nullptr && !is_value_of(*field, item.text))
        findings_.problem(item.place, "`" + path_ + ".filter`: " + shown(item.text) + " is no value of the field `" +
                                          field->name + "`");
    }
    if (passing.empty())
      findings_.problem(member.place, "`" + path_ + ".filter." + member.key + "` is empty, so no record could pass");
  }

  const model::EntitySchema& schema_;
  std::string path_;
  std::vector<std::string> known_;
  Findings& findings_;
};

/// Warns where an entity goes to a source that does not hold what it references: such a delivery could never be made.
void warn_of_missing_targets(const SourceConfig& source, const std::vector<model::EntitySchema>& entities,
                             const Node& nodes, Findings& findings) {
  for (const EntityMapping& mapping : source.entities) {
    const auto schema =
        std::find_if(entities.begin(), entities.end(), [&](const auto& e) { return e.name == mapping.entity; });
    for (const model::FieldSchema& field : schema->fields) {
      const FieldMapping* mapped = mapping.find(field.name);
      if (field.references.empty() || mapped == nullptr || mapped->direction == Direction::kPull) continue;
      if (source.find(field.references) == nullptr)
        findings.warning(nodes.member(mapping.entity)->place,
                         "`sources." + source.name + "` holds `" + mapping.entity + "` but not `" + field.references +
                             "`, which its `" + field.name + "` references: these deliveries will wait for ever");
    }
  }
}

SourceConfig build_source(const Member& member, const std::vector<model::EntitySchema>& entities, Findings& findings) {
  const Node& node = member.value;
  const std::string path = "sources." + member.key;
  SourceConfig source;
  source.name = member.key;
  source.priority = int_at(node, "priority");
  source.plugin = text_at(node, "plugin");
  source.pull = build_pull(node);
  source.push = build_push(node, path, findings);
  source.repair = flag_at(node, "repair");
  source.max_writes_per_minute = int_at(node, "max_writes_per_minute");
  source.settings = settings_json(node.at("settings"), path + ".settings", findings);
  if (member.key == "steward")
    findings.problem(member.place, "`steward` is the hub's own name for people's edits; give the source another");
  if (const Member* settings = node.member("settings"); settings != nullptr && source.plugin.empty())
    findings.warning(settings->place, "`" + path + ".settings` has no effect without `plugin`");

  const Node* nodes = node.at("entities");
  if (nodes == nullptr) return source;
  std::vector<std::string> known;
  known.reserve(entities.size());
  for (const model::EntitySchema& entity : entities) known.push_back(entity.name);
  for (const Member& mapped : nodes->members) {
    const auto schema =
        std::find_if(entities.begin(), entities.end(), [&](const auto& e) { return e.name == mapped.key; });
    if (schema == entities.end()) {
      findings.problem(mapped.place, "`" + path + ".entities`: " + no_such(mapped.key, "entity", known));
      continue;
    }
    source.entities.push_back(MappingBuilder(*schema, path + ".entities." + mapped.key, findings).build(mapped.value));
  }
  warn_of_missing_targets(source, entities, *nodes, findings);
  return source;
}

}  // namespace

std::vector<SourceConfig> build_sources(const Node& root, const std::vector<model::EntitySchema>& entities,
                                        Findings& findings) {
  std::vector<SourceConfig> sources;
  if (const Node* nodes = root.at("sources"))
    for (const Member& member : nodes->members) sources.push_back(build_source(member, entities, findings));
  return sources;
}

}  // namespace hub::config
