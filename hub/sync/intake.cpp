#include "hub/sync/intake.hpp"

#include "hub/base/clock.hpp"
#include "hub/base/nearest.hpp"
#include "hub/resolve/normalise.hpp"
#include "hub/resolve/text.hpp"
#include "hub/sync/mapping.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace hub::sync {

namespace {

using model::Json;

const std::vector<std::string> kMembers{"source",  "entity",      "externalId", "nativeId", "op",
                                        "version", "baseVersion", "fields",     "changeId", "observedAt"};
constexpr std::int64_t kFutureLimitMs = 24LL * 3600 * 1000;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// "is computed from firstName and lastName, …", for a field that nobody writes.
std::string why_computed(const model::FieldSchema& field) {
  std::string names;
  for (const model::TemplatePart& part : field.parts)
    if (!part.field.empty()) names += (names.empty() ? "" : ", ") + part.field;
  return "is computed from " + names + ", and nobody writes it";
}

/// Reads one body; gathers every problem before it gives up.
class Reader {
 public:
  Reader(const config::Config& config, const Json& body) : config_(config), body_(body) {}

  std::variant<Submission, Refusal> read(std::int64_t now_ms) {
    if (body_.kind != Json::Kind::kObject) return Refusal{400, "the body must be a JSON object", {}, {}, 0};
    model::Change& change = submission_.change;
    change.source = text("source", 64, true);
    if (const Json* op = body_.find("op"); op != nullptr && op->kind != Json::Kind::kNull) {
      const auto known = op->kind == Json::Kind::kString ? model::op_of(op->text) : std::nullopt;
      if (known)
        change.op = *known;
      else
        wrong("/op", "must be \"upsert\" or \"delete\"");
    }
    const bool flat = body_.find("fields") == nullptr && change.op == model::Op::kUpsert;
    const bool by_default = body_.find("fields") == nullptr && body_.find("entity") == nullptr;
    change.key.entity =
        by_default && !config_.api.default_entity.empty() ? config_.api.default_entity : text("entity", 64, true);
    change.key.external_id = text("externalId", 256, false);
    change.native_id = text("nativeId", 256, false);
    if (change.key.external_id.empty() && change.native_id.empty() && errors_.empty())
      wrong("/externalId", "is required (or nativeId, where the source has ids of its own)");
    change.change_id = text("changeId", 256, false);
    change.version = positive("version");
    change.base_version = positive("baseVersion");
    if (change.version && change.base_version) wrong("/baseVersion", "goes with a change that has no version");
    observed_at(now_ms);

    const config::SourceConfig* source = config_.source(change.source);
    const config::EntityMapping* mapping = source == nullptr ? nullptr : source->find(change.key.entity);
    if (errors_.empty() && mapping == nullptr) return not_mapped(source);
    if (mapping != nullptr) read_fields(*mapping, flat);
    if (!errors_.empty()) return Refusal{400, "the change has errors", std::move(errors_), {}, 0};
    return std::move(submission_);
  }

 private:
  void wrong(std::string pointer, std::string detail) { errors_.push_back({std::move(pointer), std::move(detail)}); }

  std::string text(std::string_view name, std::size_t limit, bool required) {
    const Json* member = body_.find(name);
    const std::string pointer = model::pointer_to("", name);
    if (member == nullptr || member->kind == Json::Kind::kNull) {
      if (required) wrong(pointer, "is required");
      return {};
    }
    if (member->kind != Json::Kind::kString)
      wrong(pointer, "must be a string");
    else if (member->text.empty() || resolve::count_characters(member->text) > limit || has_control(member->text))
      wrong(pointer, "must have 1 to " + std::to_string(limit) + " characters and no control characters");
    else
      return member->text;
    return {};
  }

  std::optional<std::int64_t> positive(std::string_view name) {
    const Json* member = body_.find(name);
    if (member == nullptr || member->kind == Json::Kind::kNull) return std::nullopt;
    std::int64_t number = 0;
    const char* end = member->text.data() + member->text.size();
    const auto [stop, error] = std::from_chars(member->text.data(), end, number);
    if (member->kind == Json::Kind::kNumber && error == std::errc{} && stop == end && number > 0) return number;
    wrong(model::pointer_to("", name), "must be a positive integer");
    return std::nullopt;
  }

  void observed_at(std::int64_t now_ms) {
    static const model::FieldSchema kTime = [] {
      model::FieldSchema schema;
      schema.type = model::FieldType::kDatetime;
      return schema;
    }();
    const Json* member = body_.find("observedAt");
    if (member == nullptr || member->kind == Json::Kind::kNull) return;
    const auto value = resolve::canonical_value(kTime, *member);
    const auto at = value.ok() && value.value() ? base::parse_time((*value.value()).text()) : std::nullopt;
    if (!at)
      wrong("/observedAt", "must be a time with offset, such as 2026-01-31T08:30:00Z");
    else if (*at > now_ms + kFutureLimitMs)
      wrong("/observedAt", "lies more than a day ahead: check the clock of the source");
    else
      submission_.change.observed_at_ms = at;
  }

  Refusal not_mapped(const config::SourceConfig* source) const {
    const model::Change& change = submission_.change;
    if (source == nullptr)
      return {403,
              "no source is configured as \"" + change.source + "\"",
              {{"/source", "is not a configured source"}},
              {},
              0};
    return {403,
            "source " + source->name + " does not have the entity \"" + change.key.entity + "\"",
            {{"/entity", "is not mapped for source " + source->name}},
            {},
            0};
  }

  void read_fields(const config::EntityMapping& mapping, bool flat) {
    model::Change& change = submission_.change;
    const model::EntitySchema& schema = *config_.entity(mapping.entity);
    const Json* fields = body_.find("fields");
    if (fields != nullptr && fields->kind != Json::Kind::kObject) return wrong("/fields", "must be an object");
    if (!flat) {
      for (const auto& [name, value] : body_.members)
        if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end())
          wrong(model::pointer_to("", name), "is no member of a change" + base::did_you_mean(name, kMembers));
      if (change.op == model::Op::kDelete) {
        if (fields != nullptr && !fields->members.empty()) wrong("/fields", "a delete names no fields");
        return;
      }
    }
    const Json& list = flat ? body_ : *fields;
    const std::string parent = flat ? "" : "/fields";
    for (const auto& [name, value] : list.members) {
      if (flat && std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end()) continue;
      read_field(mapping, schema, parent, name, value, flat);
    }
    if (change.fields.empty() && errors_.empty())
      wrong(flat ? "" : "/fields", "an upsert names at least one field of " + schema.name + " with something to say");
  }

  void read_field(const config::EntityMapping& mapping, const model::EntitySchema& schema, std::string_view parent,
                  const std::string& name, const Json& value, bool flat) {
    const std::string pointer = model::pointer_to(parent, name);
    const model::FieldSchema* field = schema.find(name);
    if (field == nullptr) {
      std::vector<std::string> known;
      for (const model::FieldSchema& each : schema.fields) known.push_back(each.name);
      return wrong(pointer, "is no field of " + schema.name + base::did_you_mean(name, known));
    }
    if (field->computed()) return wrong(pointer, why_computed(*field));
    const config::FieldMapping* mapped = mapping.find(name);
    if (mapped == nullptr || mapped->direction == config::Direction::kPush)
      return wrong(pointer, "is not taken from source " + submission_.change.source);
    if (flat && (value.kind == Json::Kind::kNull || (value.kind == Json::Kind::kString && value.text.empty()))) return;
    auto canonical = resolve::canonical_value(*field, value);
    if (!canonical.ok())
      wrong(pointer, canonical.error().message);
    else if (*canonical)
      model::set_field(submission_.change.fields, name, std::move(**canonical));
  }

  const config::Config& config_;
  const Json& body_;
  Submission submission_;
  std::vector<Refusal::Place> errors_;
};

Refusal not_json(const base::Error& error) {
  return {400, "the body " + error.message, {{error.where, error.message}}, {}, 0};
}

}  // namespace

std::variant<Submission, Refusal> Intake::read(std::string_view body, std::int64_t now_ms) const {
  const auto json = model::parse_json(body);
  if (!json.ok()) return not_json(json.error());
  auto result = Reader(config_, json.value()).read(now_ms);
  if (auto* submission = std::get_if<Submission>(&result)) submission->body = body;
  return result;
}

std::variant<Submission, Refusal> Intake::read_decision(const Json& decision, std::string_view body) const {
  const auto text = [&](std::string_view name) {
    const Json* member = decision.find(name);
    return member == nullptr ? std::string() : member->text;
  };
  Submission submission;
  submission.body = body;
  model::Change& change = submission.change;
  change.source = kSteward;
  change.key = {text("entity"), text("externalId")};
  change.op = model::op_of(text("op")).value_or(model::Op::kUpsert);
  change.version = std::stoll(text("version"));
  const model::EntitySchema* schema = config_.entity(change.key.entity);
  if (schema == nullptr) return Refusal{400, "there is no entity " + change.key.entity, {}, {}, 0};
  if (change.op == model::Op::kDelete) return submission;
  auto fields = read_fields(*schema, *decision.find("fields"), "/fields");
  if (auto* refusal = std::get_if<Refusal>(&fields)) return std::move(*refusal);
  change.fields = std::get<model::Fields>(std::move(fields));
  return submission;
}

std::variant<Submission, Refusal> Intake::reread(std::string_view body) const {
  if (auto pulled = submission_from_journal(config_, body)) return std::move(*pulled);
  const auto json = model::parse_json(body);
  const Json* source = json.ok() ? json.value().find("source") : nullptr;
  if (source != nullptr && source->text == kSteward) return read_decision(json.value(), body);
  return read(body, std::numeric_limits<std::int64_t>::max() - kFutureLimitMs);
}

std::variant<model::Fields, Refusal> Intake::read_fields(const model::EntitySchema& schema, const model::Json& fields,
                                                         std::string_view pointer) const {
  Refusal refusal{400, "the fields have errors", {}, {}, 0};
  model::Fields values;
  if (fields.kind != Json::Kind::kObject || fields.members.empty())
    refusal.errors.push_back({std::string(pointer), "must be an object with at least one field"});
  for (const auto& [name, value] : fields.members) {
    const model::FieldSchema* field = schema.find(name);
    if (field == nullptr) {
      refusal.errors.push_back({model::pointer_to(pointer, name), "is no field of " + schema.name});
      continue;
    }
    if (field->computed()) {
      refusal.errors.push_back({model::pointer_to(pointer, name), why_computed(*field)});
      continue;
    }
    auto canonical = resolve::canonical_value(*field, value);
    if (!canonical.ok())
      refusal.errors.push_back({model::pointer_to(pointer, name), canonical.error().message});
    else if (*canonical)
      model::set_field(values, name, std::move(**canonical));
  }
  if (!refusal.errors.empty()) return refusal;
  return values;
}

}  // namespace hub::sync
