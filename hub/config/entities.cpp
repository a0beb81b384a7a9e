#include "hub/config/build.hpp"
#include "hub/config/scalar.hpp"
#include "hub/config/template.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace hub::config {
namespace {

using model::FieldSchema;
using model::FieldType;

FieldType type_of(const std::string& word) {
  constexpr std::array kWords = {"string", "integer", "decimal", "boolean", "date", "datetime"};
  constexpr std::array kTypes = {FieldType::kString,  FieldType::kInteger, FieldType::kDecimal,
                                 FieldType::kBoolean, FieldType::kDate,    FieldType::kDatetime};
  const auto found = std::find(kWords.begin(), kWords.end(), word);
  return found == kWords.end() ? FieldType::kString : kTypes[static_cast<std::size_t>(found - kWords.begin())];
}

model::Normaliser normaliser_of(const std::string& word) {
  using Kind = model::NormaliserKind;
  if (word == "lower") return {Kind::kLower, 0};
  if (word == "email") return {Kind::kEmail, 0};
  if (word == "phone") return {Kind::kPhone, 0};
  if (word == "date") return {Kind::kDate, 0};
  if (word.starts_with("decimal:")) return {Kind::kDecimal, std::stoi(word.substr(8))};
  return {Kind::kTrim, 0};
}

bool fits(const model::Normaliser& normaliser, FieldType type) {
  switch (normaliser.kind) {
    case model::NormaliserKind::kTrim:
    case model::NormaliserKind::kLower: return type == FieldType::kString || type == FieldType::kReference;
    case model::NormaliserKind::kEmail:
    case model::NormaliserKind::kPhone: return type == FieldType::kString;
    case model::NormaliserKind::kDecimal: return type == FieldType::kDecimal;
    case model::NormaliserKind::kDate: return type == FieldType::kDate;
  }
  return false;
}

class EntityBuilder {
 public:
  EntityBuilder(const Node& root, Findings& findings)
      : entities_(keys_of(root.at("entities"))), sources_(keys_of(root.at("sources"))), findings_(findings) {}

  model::EntitySchema entity(const Member& member) {
    const Node& node = member.value;
    model::EntitySchema schema;
    schema.name = member.key;
    schema.merge = text_at(node, "merge") == "field" ? model::MergeMode::kField : model::MergeMode::kRecord;
    schema.deletes = delete_mode_at(node).value_or(model::DeleteMode::kPropagate);
    schema.clock_tolerance = millis_at(node, "clock_tolerance");
    schema.waiting = {.retry_every = millis_at(node, "waiting.retry_every"),
                      .max_attempts = int_at(node, "waiting.max_attempts"),
                      .max_age = millis_at(node, "waiting.max_age")};
    if (const Node* fields = node.at("fields"))
      for (const Member& field : fields->members)
        schema.fields.push_back(this->field(field, "entities." + member.key + ".fields." + field.key));
    if (const Node* fields = node.at("fields")) order_computed(schema, *fields);
    return schema;
  }

 private:
  FieldSchema field(const Member& member, const std::string& path) {
    const Node& node = member.value;
    FieldSchema field;
    field.name = member.key;
    field.type = type_of(text_at(node, "type"));
    field.references = text_at(node, "references");
    field.required = flag_at(node, "required");
    if (!field.references.empty()) reference(field, node, path);
    if (node.at("max_length") != nullptr) field.max_length = int_at(node, "max_length");
    if (node.at("scale") != nullptr) field.scale = int_at(node, "scale");
    only_for(field, node, path, "max_length", {FieldType::kString});
    only_for(field, node, path, "scale", {FieldType::kDecimal});
    only_for(field, node, path, "enum", {FieldType::kString, FieldType::kInteger});
    allowed(field, node, path);
    normalisers(field, node, path);
    const std::string on_blank = text_at(node, "on_blank");
    field.on_blank = on_blank == "clear"    ? model::OnBlank::kClear
                     : on_blank == "ignore" ? model::OnBlank::kIgnore
                                            : model::OnBlank::kValue;
    if (const Node* policy = node.at("policy")) field.policy = this->policy(*policy, path + ".policy");
    if (const Node* text = node.at("template")) computed(field, *text, node, path);
    return field;
  }

  void computed(FieldSchema& field, const Node& text, const Node& node, const std::string& path) {
    auto parts = parse_template(text.text);
    if (parts.ok())
      field.parts = std::move(parts).value();
    else
      findings_.problem(text.place, "`" + path + ".template` " + parts.error().message);
    for (const Member& member : node.members)
      if (member.value.written && member.key != "template" && member.key != "normalise")
        findings_.problem(member.place, "`" + path + "." + member.key + "` does not go with `template`; leave it out");
  }

  /// Puts the computed fields into an order in which each comes after those that it is made of.
  void order_computed(model::EntitySchema& schema, const Node& nodes) {
    const std::vector<std::string> known = field_names(schema);
    std::vector<const FieldSchema*> open;
    const auto open_part = [&](const FieldSchema* field) {  // a computed field that it is made of and that has no place
      return std::find_if(open.begin(), open.end(), [&](const FieldSchema* other) {
        return std::any_of(field->parts.begin(), field->parts.end(),
                           [&](const model::TemplatePart& part) { return part.field == other->name; });
      });
    };
    for (const FieldSchema& field : schema.fields) {
      if (field.computed()) open.push_back(&field);
      for (const model::TemplatePart& part : field.parts)
        if (!part.field.empty() && schema.find(part.field) == nullptr)
          findings_.problem(
              place_of_template(nodes, field),
              path_of_template(schema, field) + ": " + no_such(part.field, "field of `" + schema.name + "`", known));
    }
    while (!open.empty()) {
      const auto ready =
          std::find_if(open.begin(), open.end(), [&](const FieldSchema* f) { return open_part(f) == open.end(); });
      if (ready == open.end()) return refuse_circle(schema, nodes, open.front(), open_part);
      schema.computed.push_back((*ready)->name);
      open.erase(ready);
    }
  }

  template <class OpenPart>
  void refuse_circle(const model::EntitySchema& schema, const Node& nodes, const FieldSchema* field,
                     OpenPart open_part) {
    std::vector<const FieldSchema*> way;
    while (std::find(way.begin(), way.end(), field) == way.end()) {
      way.push_back(field);
      field = *open_part(field);
    }
    std::string names;  // the way may lead into the circle from outside
    for (auto it = std::find(way.begin(), way.end(), field); it != way.end(); ++it) names += "`" + (*it)->name + "`, ";
    findings_.problem(place_of_template(nodes, *field),
                      path_of_template(schema, *field) + " goes in a circle: " + names + "`" + field->name + "`");
  }

  static const Place& place_of_template(const Node& nodes, const FieldSchema& field) {
    return nodes.member(field.name)->value.at("template")->place;
  }
  static std::string path_of_template(const model::EntitySchema& schema, const FieldSchema& field) {
    return "`entities." + schema.name + ".fields." + field.name + ".template`";
  }

  void reference(FieldSchema& field, const Node& node, const std::string& path) {
    field.type = FieldType::kReference;
    const Node& target = *node.at("references");
    if (std::find(entities_.begin(), entities_.end(), field.references) == entities_.end())
      findings_.problem(target.place, "`" + path + ".references`: " + no_such(field.references, "entity", entities_));
    if (const Member* type = node.member("type"); type != nullptr && type->value.written)
      findings_.problem(type->place, "`" + path + "` has `references`, which says its type; leave `type` out");
  }

  void only_for(const FieldSchema& field, const Node& node, const std::string& path, const char* key,
                const std::set<FieldType>& types) {
    if (const Member* member = node.member(key); member != nullptr && types.count(field.type) == 0)
      findings_.problem(member->place, "`" + path + "." + key + "` does not go with the field's type; leave it out");
  }

  void allowed(FieldSchema& field, const Node& node, const std::string& path) {
    const Node* list = node.at("enum");
    if (list == nullptr) return;
    if (list->items.empty())
      findings_.problem(list->place, "`" + path + ".enum` is empty, so no value could ever be stored");
    std::set<std::string> seen;
    for (const Node& item : list->items) {
      if (!seen.insert(item.text).second) {
        findings_.problem(item.place, "`" + path + ".enum` names " + shown(item.text) + " twice");
      } else if (!is_value_of(field, item.text)) {
        findings_.problem(item.place, "`" + path + ".enum`: " + shown(item.text) + " is no value of the field's type");
      }
    }
    field.allowed = list_at(node, "enum");
  }

  void normalisers(FieldSchema& field, const Node& node, const std::string& path) {
    const Node* list = node.at("normalise");
    if (list == nullptr) return;
    for (const Node& item : list->items) {
      field.normalisers.push_back(normaliser_of(item.text));
      if (!fits(field.normalisers.back(), field.type))
        findings_.problem(item.place,
                          "`" + path + ".normalise`: `" + item.text + "` does not go with the field's type");
    }
  }

  model::FieldPolicy policy(const Node& node, const std::string& path) {
    if (node.is_scalar()) return {node.text == "newest" ? model::PolicyKind::kNewest : model::PolicyKind::kManual, {}};
    if (const Node* owner = node.at("owner")) {
      source(*owner, path + ".owner");
      return {model::PolicyKind::kOwner, {owner->text}};
    }
    const Node& prefer = *node.at("prefer");
    if (prefer.items.empty())
      findings_.problem(prefer.place, "`" + path + ".prefer` is empty; name sources, best first");
    std::set<std::string> seen;
    for (const Node& item : prefer.items) {
      source(item, path + ".prefer");
      if (!seen.insert(item.text).second)
        findings_.problem(item.place, "`" + path + ".prefer` names " + shown(item.text) + " twice");
    }
    return {model::PolicyKind::kPrefer, list_at(node, "prefer")};
  }

  void source(const Node& node, const std::string& path) {
    if (std::find(sources_.begin(), sources_.end(), node.text) == sources_.end())
      findings_.problem(node.place, "`" + path + "`: " + no_such(node.text, "source", sources_));
  }

  std::vector<std::string> entities_;
  std::vector<std::string> sources_;
  Findings& findings_;
};

}  // namespace

std::vector<model::EntitySchema> build_entities(const Node& root, Findings& findings) {
  std::vector<model::EntitySchema> entities;
  EntityBuilder builder(root, findings);
  if (const Node* nodes = root.at("entities"))
    for (const Member& member : nodes->members) entities.push_back(builder.entity(member));
  return entities;
}

}  // namespace hub::config
