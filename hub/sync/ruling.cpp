#include "hub/sync/ruling.hpp"

#include "hub/sync/body.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/intake.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace hub::sync {

namespace {

using model::Json;
using store::ConflictRow;

constexpr const char* kErrors = "the decision has errors";

bool is_side(std::string_view word) { return word == "incoming" || word == "canonical"; }

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A decision on a field conflict while it grows.
class Draft {
 public:
  Draft(const ConflictRow& conflict, const model::Record* record) : conflict_(conflict), record_(record) {}

  void take_incoming(const std::string& name) {
    model::set_field(result_.fields, name, value_in(&conflict_.incoming, name));
  }
  /// A record that is deleted, or has no value there, is left as it is.
  void keep(const std::string& name) {
    const model::Cell* cell = record_ == nullptr ? nullptr : record_->find(name);
    if (cell != nullptr && !record_->deleted) model::set_field(result_.fields, name, cell->value);
    kept_.insert(name);
  }
  void set(const model::FieldValue& field) { model::set_field(result_.fields, field.name, field.value); }
  [[nodiscard]] bool says(const std::string& name) const {
    return kept_.contains(name) || model::find_field(result_.fields, name) != nullptr;
  }

  Settlement finish(const std::string& whole) && {
    for (const model::FieldValue& field : result_.fields)
      result_.decided[field.name] = side_of(conflict_, record_, field.name, field.value);
    for (const std::string& name : kept_) result_.decided.try_emplace(name, "canonical");
    result_.outcome = whole;
    if (whole.empty())
      for (const auto& [name, side] : result_.decided) {
        const std::string word = side == "value" ? "fields" : side;
        result_.outcome = result_.outcome.empty() || result_.outcome == word ? word : "mixed";
      }
    if (result_.fields.empty() && record_ != nullptr) {  // nothing changes, and that is now a person's word
      if (record_->deleted)
        result_.op = model::Op::kDelete;
      else
        result_.fields = record_->fields();
    }
    return std::move(result_);
  }

 private:
  const ConflictRow& conflict_;
  const model::Record* record_;
  Settlement result_;
  std::set<std::string> kept_;
};

/// Fields that the ruling names and the change does not.
std::vector<Refusal::Place> unknown_fields(const Ruling& ruling, const ConflictRow& conflict) {
  std::vector<Refusal::Place> places;
  for (const auto& [name, side] : ruling.by_field)
    if (conflict.incoming.find(name) == nullptr && !contains(conflict.fields, name))
      places.push_back({"/take/" + name, "is no field of this conflict; it is about " + listed(conflict.fields)});
  return places;
}

std::variant<Settlement, Refusal> settle_fields(const Ruling& ruling, const ConflictRow& conflict,
                                                const model::Record* record, const model::Fields& values,
                                                const resolve::Context& context) {
  Draft draft(conflict, record);
  if (auto places = unknown_fields(ruling, conflict); !places.empty()) return Refusal{400, kErrors, places, {}, 0};
  if (ruling.take == "incoming")
    for (const model::Cell& cell : conflict.incoming.cells) draft.take_incoming(cell.name);
  if (ruling.take == "canonical")
    for (const std::string& name : conflict.fields) draft.keep(name);
  for (const auto& [name, side] : ruling.by_field) side == "incoming" ? draft.take_incoming(name) : draft.keep(name);
  for (const model::FieldValue& value : values) draft.set(value);
  std::vector<std::string> open;
  for (const std::string& name : conflict.fields)
    if (!draft.says(name)) open.push_back(name);
  if (ruling.take.empty()) {
    // What is not in dispute takes the way that it would have taken without the rest.
    const Rest rest = weigh_rest(conflict, record, context);
    for (const std::string& name : rest.taken)
      if (!draft.says(name)) draft.take_incoming(name);
    for (const std::string& name : rest.tied)
      if (!draft.says(name)) open.push_back(name);
  }
  if (!open.empty())
    return refused(400, kErrors, "/take", "must also say what becomes of " + listed(open) + ", which is in dispute");
  return std::move(draft).finish(values.empty() ? ruling.take : std::string());
}

/// A delete: it goes as a whole, or the record stays, with new values if the person gives some.
std::variant<Settlement, Refusal> settle_delete(const Ruling& ruling, const ConflictRow& conflict,
                                                const model::Record* record, const model::Fields& values) {
  if (ruling.take == "incoming") return Settlement{model::Op::kDelete, {}, "incoming", {}};
  Draft draft(conflict, record);
  if (values.empty())
    for (const std::string& name : conflict.fields) draft.keep(name);
  for (const model::FieldValue& value : values) draft.set(value);
  return std::move(draft).finish(values.empty() ? "canonical" : "fields");
}

/// The change without what closes the circle, or nothing.
std::variant<Settlement, Refusal> settle_circle(const Ruling& ruling, const ConflictRow& conflict,
                                                const model::Record* record, const model::EntitySchema& schema) {
  Settlement settlement{model::Op::kUpsert, {}, ruling.take, {}};
  if (ruling.take == "canonical") return settlement;
  for (const model::Cell& cell : conflict.incoming.cells)
    if (!contains(conflict.fields, cell.name)) settlement.fields.push_back({cell.name, cell.value});
  for (const std::string& name : conflict.fields)
    if (const model::FieldSchema* field = schema.find(name); record == nullptr && field != nullptr && field->required)
      return refused(409, "a new " + schema.name + " needs " + name +
                              ", so the circle cannot be opened here: take \"canonical\", and mend it at the source");
  return settlement;
}

/// Whether it answers the question of an identity.
bool says_which_record(const Ruling& ruling) {
  return ruling.take == "link" || ruling.take == "merge" || ruling.take == "create";
}

}  // namespace

std::variant<Ruling, Refusal> read_ruling(const Json& body) {
  Ruling ruling;
  ruling.external_id = text_of(body, "externalId");
  const Json* take = body.find("take");
  const Json* fields = body.find("fields");
  if (fields != nullptr) ruling.values = *fields;
  if (take != nullptr && take->kind == Json::Kind::kObject) {
    for (const auto& [name, side] : take->members) {
      if (side.kind != Json::Kind::kString || !is_side(side.text))
        return refused(400, kErrors, model::pointer_to("/take", name), "must be \"incoming\" or \"canonical\"");
      if (fields != nullptr && fields->find(name) != nullptr)
        return refused(400, kErrors, model::pointer_to("/fields", name), "is decided by `take` already");
      ruling.by_field[name] = side.text;
    }
  } else if (take != nullptr) {
    ruling.take = text_of(body, "take");
    if (!is_side(ruling.take) && !says_which_record(ruling) && ruling.take != "fields")
      return refused(400, kErrors, "/take",
                     "must be \"incoming\", \"canonical\", or an object that says so for each field; for a conflict of "
                     "kind identity \"link\", \"merge\" or \"create\"");
    if (ruling.take == "fields") ruling.take.clear();
  }
  if ((ruling.take == "link" || ruling.take == "merge") == ruling.external_id.empty())
    return refused(400, kErrors, "/externalId", "goes with take \"link\" or \"merge\", and only with them");
  if (ruling.take.empty() && ruling.by_field.empty() && fields == nullptr)
    return refused(400, kErrors, "/take", "is required, or `fields` with new values");
  if (!ruling.take.empty() && !is_side(ruling.take) && fields != nullptr)
    return refused(400, kErrors, "/fields", "goes with \"incoming\", \"canonical\" or single fields only");
  return ruling;
}

std::optional<Refusal> check_kind(const Ruling& ruling, std::string_view kind) {
  const bool which = says_which_record(ruling);
  if (kind == store::kIdentityConflict && !which)
    return refused(400, kErrors, "/take",
                   "must be \"link\", \"merge\" or \"create\": the question is which record it is");
  if (kind != store::kIdentityConflict && which)
    return refused(
        400, kErrors, "/take",
        "link, merge and create settle conflicts of kind identity, and this is one of kind " + std::string(kind));
  if (kind == store::kDeleteVsEdit && !ruling.by_field.empty())
    return refused(400, kErrors, "/take",
                   "a delete has no values of its own: \"incoming\" deletes the record, \"canonical\" keeps it");
  if (kind == store::kDeleteVsEdit && ruling.take == "incoming" && ruling.values)
    return refused(400, kErrors, "/fields", "a record that is deleted has no values: take \"canonical\" to keep it");
  if (kind == store::kReferenceCycle && !is_side(ruling.take))
    return refused(400, kErrors, "/take",
                   "must be \"incoming\" (the change without the references that close the circle, which are set once "
                   "the records are there) or \"canonical\" (the change is dropped)");
  if (kind == store::kReferenceCycle && ruling.values)
    return refused(400, kErrors, "/fields", "do not settle a circle of references: edit the record afterwards");
  return std::nullopt;
}

std::variant<Settlement, Refusal> settlement_of(const Ruling& ruling, const ConflictRow& conflict,
                                                const model::Record* record, const config::Config& config,
                                                const resolve::Priorities& priorities) {
  if (auto refusal = check_kind(ruling, conflict.kind)) return std::move(*refusal);
  const model::EntitySchema* schema = config.entity(conflict.key.entity);
  if (schema == nullptr) return refused(409, "the entity " + conflict.key.entity + " is not configured any more");
  if (conflict.kind == store::kIdentityConflict)
    return Settlement{model::Op::kUpsert, conflict.incoming.fields(), ruling.take, {}};
  if (conflict.kind == store::kReferenceCycle) return settle_circle(ruling, conflict, record, *schema);
  if (record == nullptr && ruling.take == "canonical") return refused(409, "there is no canonical record to keep");
  if (record != nullptr && record->version == std::numeric_limits<std::int64_t>::max())
    return refused(409, "the record's version is at its end");
  model::Fields values;
  if (ruling.values) {
    auto given = Intake(config).read_fields(*schema, *ruling.values, "/fields");
    if (auto* refusal = std::get_if<Refusal>(&given)) return std::move(*refusal);
    values = std::get<model::Fields>(std::move(given));
  }
  if (conflict.kind == store::kDeleteVsEdit) return settle_delete(ruling, conflict, record, values);
  return settle_fields(ruling, conflict, record, values, {*schema, priorities});
}

}  // namespace hub::sync
