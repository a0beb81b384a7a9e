#include "hub/sync/mapping.hpp"

#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/resolve/normalise.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using model::Json;

/// A source's value in the hub's words, by the mapping's table of values.
Json hub_value(const config::FieldMapping& field, const Json& remote) {
  if (field.values.empty()) return remote;
  const model::Value value = model::value_of(remote);
  for (const auto& [hub, source] : field.values)
    if (source == value || (!value.is_null() && source.text() == value.text()))
      return {Json::Kind::kString, hub, {}, {}};
  return remote;
}

const model::Value& remote_value(const config::FieldMapping& field, const model::Value& hub) {
  for (const auto& [name, source] : field.values)
    if (hub.text() == name && !hub.is_null()) return source;
  return hub;
}

/// What the journal keeps of a plugin's change: all that it said, so that it can be read again.
std::string journal_body(const config::SourceConfig& source, const std::string& entity,
                         const plugin::PulledChange& pulled, bool readable) {
  model::JsonWriter json;
  json.begin_object().member("source", source.name).member("entity", entity).member("op", model::to_string(pulled.op));
  json.member("nativeId", pulled.native_id).member_or_null("etag", pulled.etag);
  if (pulled.changed_at_ms) json.member("changedAt", *pulled.changed_at_ms);
  json.key("raw");
  if (readable)
    json.raw(pulled.body);
  else
    json.null();
  return json.end_object().take();
}

/// Fills the change from the source's JSON object with all that can be read; gives why it cannot be taken as it is,
/// empty when all is well.
std::string fill(model::Change& change, const config::EntityMapping& mapping, const model::EntitySchema& schema,
                 const Json& body) {
  std::string reason;
  if (const Json* key = mapping.key.empty() ? nullptr : body.find(mapping.key); key != nullptr)
    change.key.external_id = model::value_of(*key).text();
  if (change.key.external_id.size() > 256) {
    reason = "its key " + mapping.key + " is longer than 256 characters";
    change.key.external_id.clear();
  } else if (change.key.external_id.empty() && change.native_id.empty()) {
    reason = "it has neither a native id nor a key";
  }
  if (change.op == model::Op::kDelete) return reason;  // whatever values the row had
  bool names_any = std::any_of(mapping.constants.begin(), mapping.constants.end(),
                               [&](const auto& constant) { return body.find(constant.first) != nullptr; });
  for (const config::FieldMapping& field : mapping.fields) {
    const Json* remote = body.find(field.remote);
    if (remote == nullptr) continue;
    names_any = true;
    if (field.direction == config::Direction::kPush) continue;
    auto value = resolve::canonical_value(*schema.find(field.field), hub_value(field, *remote));
    if (!value.ok())
      reason = "field " + field.field + " (" + mapping.remote + "." + field.remote + ") " + value.error().message;
    else if (*value)
      model::set_field(change.fields, field.field, std::move(**value));
  }
  if (reason.empty() && !names_any) reason = "it names no field that the mapping has";
  return reason;
}

/// Whether the source has a value in a field of which the record knows nothing (more).
bool still_has(const model::Link* link, const std::string& field) {
  const model::Value* held = link == nullptr || link->deleted ? nullptr : model::find_field(link->shadow, field);
  return held != nullptr && !held->is_null();
}

}  // namespace

Submission submission_of(const config::SourceConfig& source, const config::EntityMapping& mapping,
                         const model::EntitySchema& schema, const plugin::PulledChange& pulled) {
  Submission submission;
  submission.native_references = true;
  model::Change& change = submission.change;
  change.source = source.name;
  change.key.entity = mapping.entity;
  change.native_id = pulled.native_id;
  change.op = pulled.op;
  change.observed_at_ms = pulled.changed_at_ms;
  change.source_etag = pulled.etag;
  const auto body = model::parse_json(pulled.body);
  submission.body = journal_body(source, mapping.entity, pulled, body.ok());
  if (!body.ok() || body.value().kind != Json::Kind::kObject)
    submission.dead_reason = "the plugin gave a body that is no JSON object";
  else
    submission.dead_reason = fill(change, mapping, schema, body.value());
  return submission;
}

std::optional<Submission> submission_from_journal(const config::Config& config, std::string_view body) {
  const auto json = model::parse_json(body);
  if (!json.ok()) return std::nullopt;
  const auto text = [&](std::string_view name) {
    const Json* member = json.value().find(name);
    return member == nullptr ? std::string() : member->text;
  };
  const Json* raw = json.value().find("raw");
  const config::SourceConfig* source = config.source(text("source"));
  const config::EntityMapping* mapping = source == nullptr ? nullptr : source->find(text("entity"));
  if (raw == nullptr || mapping == nullptr) return std::nullopt;
  plugin::PulledChange pulled;
  pulled.op = model::op_of(text("op")).value_or(model::Op::kUpsert);
  pulled.native_id = text("nativeId");
  pulled.etag = text("etag");
  if (const Json* at = json.value().find("changedAt")) pulled.changed_at_ms = std::stoll(at->text);
  model::append_json(pulled.body, *raw);
  return submission_of(*source, *mapping, *config.entity(mapping->entity), pulled);
}

model::Fields projection(const config::EntityMapping& mapping, const model::Record& record, const model::Link* link) {
  model::Fields fields;
  for (const config::FieldMapping& field : mapping.fields) {
    if (field.direction == config::Direction::kPull) continue;
    if (const model::Cell* cell = record.find(field.field))
      model::set_field(fields, field.field, cell->value);
    else if (still_has(link, field.field))
      model::set_field(fields, field.field, {});
  }
  return fields;
}

bool sends_any(const config::EntityMapping& mapping, const model::Record& record) {
  return std::any_of(mapping.fields.begin(), mapping.fields.end(), [&](const config::FieldMapping& field) {
    return field.direction != config::Direction::kPull && record.find(field.field) != nullptr;
  });
}

bool passes(const config::EntityMapping& mapping, const model::Record& record) {
  return std::all_of(mapping.filter.begin(), mapping.filter.end(), [&](const auto& condition) {
    const model::Cell* cell = record.find(condition.first);
    return cell != nullptr && !cell->value.is_null() &&
           std::find(condition.second.begin(), condition.second.end(), cell->value.text()) != condition.second.end();
  });
}

bool lacks_any(const config::EntityMapping& mapping, const model::Record& record, const model::Link* link) {
  if (record.deleted || link == nullptr || link->deleted) return false;
  return std::any_of(mapping.fields.begin(), mapping.fields.end(), [&](const config::FieldMapping& field) {
    const model::Cell* cell = field.direction == config::Direction::kPull ? nullptr : record.find(field.field);
    return cell != nullptr && !cell->value.is_null() && model::find_field(link->shadow, field.field) == nullptr;
  });
}

bool holds(const config::EntityMapping& mapping, const model::Record& record, const model::Link* link) {
  if (record.deleted) return link == nullptr || link->deleted;
  if (link == nullptr || link->deleted) return false;
  return std::all_of(mapping.fields.begin(), mapping.fields.end(), [&](const config::FieldMapping& field) {
    if (field.direction == config::Direction::kPull) return true;
    const model::Cell* cell = record.find(field.field);
    if (cell == nullptr) return !still_has(link, field.field);
    const model::Value* held = model::find_field(link->shadow, field.field);
    return held != nullptr && *held == cell->value;
  });
}

std::string remote_body(const config::EntityMapping& mapping, const model::Fields& fields,
                        std::string_view external_id) {
  model::JsonWriter json;
  json.begin_object();
  if (!external_id.empty()) {
    if (!mapping.key.empty()) json.member(mapping.key, external_id);
    for (const auto& [name, value] : mapping.constants) json.key(name).value(value);
  }
  for (const model::FieldValue& field : fields)
    if (const config::FieldMapping* mapped = mapping.find(field.name))
      json.key(mapped->remote).value(remote_value(*mapped, field.value));
  return json.end_object().take();
}

model::Fields hub_fields(const config::EntityMapping& mapping, const model::EntitySchema& schema,
                         std::string_view body) {
  model::Fields fields;
  const auto json = model::parse_json(body);
  if (!json.ok()) return fields;
  for (const config::FieldMapping& field : mapping.fields) {
    const Json* remote = json.value().find(field.remote);
    if (remote == nullptr) continue;
    auto value = resolve::canonical_value(*schema.find(field.field), hub_value(field, *remote));
    if (value.ok() && *value) model::set_field(fields, field.field, std::move(**value));
  }
  return fields;
}

}  // namespace hub::sync
