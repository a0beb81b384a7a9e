#include "tests/unit/resolve/builders.hpp"

namespace hub::resolve::testing {

namespace {

std::string text_of(const model::Value& value) { return value.is_null() ? "null" : value.text(); }

std::string place(const model::Stamp& stamp) { return std::to_string(stamp.version) + ":" + stamp.source; }

model::FieldSchema field(std::string name, model::PolicyKind kind = model::PolicyKind::kPriority,
                         std::vector<std::string> sources = {}) {
  model::FieldSchema schema;
  schema.name = std::move(name);
  schema.policy = {kind, std::move(sources)};
  return schema;
}

}  // namespace

model::Fields fields(FieldList values) {
  model::Fields list;
  for (const auto& [name, value] : values)
    model::set_field(list, name, value == nullptr ? model::Value{} : model::Value::string(value));
  return list;
}

model::Change upsert(std::string source, std::optional<std::int64_t> version, FieldList values) {
  model::Change change;
  change.source = std::move(source);
  change.key = {"client", "C-1"};
  change.version = version;
  change.fields = fields(values);
  return change;
}

model::Change erase(std::string source, std::optional<std::int64_t> version) {
  model::Change change = upsert(std::move(source), version, {});
  change.op = model::Op::kDelete;
  return change;
}

model::Change on_base(model::Change change, std::int64_t base) {
  change.base_version = base;
  return change;
}

model::Change seen_at(model::Change change, std::int64_t observed_at_ms) {
  change.observed_at_ms = observed_at_ms;
  return change;
}

model::Link link(std::string source, std::int64_t base, FieldList shadow, bool from_delivery) {
  model::Link known;
  known.source = std::move(source);
  known.key = {"client", "C-1"};
  known.base_version = base;
  known.shadow = fields(shadow);
  known.from_delivery = from_delivery;
  return known;
}

model::EntitySchema client(model::MergeMode mode, model::DeleteMode deletes) {
  using model::PolicyKind;
  model::EntitySchema schema;
  schema.name = "client";
  schema.fields = {field("name"),
                   field("email"),
                   field("phone"),
                   field("credit", PolicyKind::kOwner, {"ERP"}),
                   field("status", PolicyKind::kPrefer, {"ERP", "Portal"}),
                   field("note", PolicyKind::kNewest),
                   field("tax", PolicyKind::kManual)};
  schema.merge = mode;
  schema.deletes = deletes;
  return schema;
}

model::Decision Desk::ask(const model::Change& change, const model::Link* known) const {
  return resolve(record ? &*record : nullptr, change, known, {schema, priorities});
}

model::Decision Desk::send(const model::Change& change, const model::Link* known) {
  model::Decision decision = ask(change, known);
  if (!decision.writes) return decision;
  if (!record) record.emplace().key = change.key;
  model::Stamp stamp;
  stamp.source = change.source;
  stamp.seq = ++seq;
  stamp.observed_at_ms = change.observed_at_ms;
  apply(*record, change, decision, stamp, schema);
  return decision;
}

void Desk::play(const std::vector<model::Change>& changes) {
  for (const model::Change& change : changes) send(change);
}

std::string describe(const std::optional<model::Record>& record) {
  if (!record) return "none";
  std::string text = std::to_string(record->version) + " " + record->last_source;
  if (record->deleted) text += " deleted@" + (record->tombstone ? place(*record->tombstone) : "?");
  std::string cells;
  for (const model::Cell& cell : record->cells)
    cells += (cells.empty() ? "" : " ") + cell.name + "=" + text_of(cell.value) + "@" + place(cell.stamp);
  return text + " {" + cells + "}";
}

std::string describe(const model::Decision& decision) {
  std::string text(to_string(decision.resolution));
  text.append(" ").append(to_string(decision.state)).append(" ").append(std::to_string(decision.version));
  if (decision.writes != (decision.state == model::ChangeState::kApplied))
    text += decision.writes ? " writes" : " silent";
  if (!decision.fields.empty()) text += " |";
  for (const model::FieldDecision& field : decision.fields) {
    text.append(" ").append(field.field).append(field.taken ? "+" : "-").append(to_string(field.rule));
    if (field.differs) text += "(" + text_of(field.loser) + ")";
  }
  return text;
}

}  // namespace hub::resolve::testing
