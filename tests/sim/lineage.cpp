#include "hub/model/json.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/intake.hpp"
#include "tests/sim/checks.hpp"

#include <algorithm>

namespace tests::sim {

using namespace hub;

namespace {

/// What the change said, the hub's names. References are left out: a plugin's are by row, and rows come and go.
model::Fields said(const config::Config& config, const store::JournalRow& row) {
  model::Fields fields;
  if (row.op == model::Op::kDelete) return fields;
  if (row.at.source == sync::kSteward) {
    const auto body = model::parse_json(row.body);
    for (const auto& [name, value] : body.value().find("fields")->members)
      model::set_field(fields, name, model::value_of(value));
    return fields;
  }
  auto read = sync::Intake(config).reread(row.body);
  if (auto* submission = std::get_if<sync::Submission>(&read)) fields = submission->change.fields;
  return fields;
}

model::Value value_in(const model::Fields& fields, const std::string& name) {
  const model::Value* value = model::find_field(fields, name);
  return value == nullptr ? model::Value() : *value;
}

void check_record(World& world, store::Session& session, const model::Record& record) {
  const config::Config& config = world.scenario().config;
  const model::EntitySchema& schema = *config.entity(record.key.entity);
  std::vector<store::JournalRow> rows;
  for (store::JournalKey at{record.head_source, record.head_seq}; at.seq > 0; at = rows.back().previous)
    rows.push_back(*store::load_journal(session, at));
  std::reverse(rows.begin(), rows.end());
  model::Fields values;
  const auto fail = [&](const store::JournalRow& row, const std::string& field, const std::string& what) {
    world.fail("journal of " + record.key.entity + " " + record.key.external_id + ", " + store::to_string(row.at) +
               ", field " + field + ": " + what);
  };
  for (const store::JournalRow& row : rows) {
    const model::Fields incoming = said(config, row);
    for (const model::FieldDecision& decision : store::decode_decision(row.decision)) {
      const model::FieldSchema* field = schema.find(decision.field);
      if (field == nullptr || field->type == model::FieldType::kReference) continue;
      const model::Value now = value_in(values, decision.field);
      const model::Value come = value_in(incoming, decision.field);
      if (!decision.taken && decision.differs && decision.loser != come)
        fail(row, decision.field, "the change lost, and the journal does not have its value");
      if (decision.taken && decision.differs && decision.loser != now)
        fail(row, decision.field,
             "the value before it is " + now.text() + ", and the journal says " + decision.loser.text());
      if (decision.taken && !decision.differs && now != come)
        fail(row, decision.field, "it says that nothing differed, but " + now.text() + " became " + come.text());
      if (decision.taken) model::set_field(values, decision.field, come);
    }
  }
  for (const model::FieldSchema& field : schema.fields) {
    if (field.type == model::FieldType::kReference) continue;
    const model::Cell* cell = record.find(field.name);
    const model::Value is = cell == nullptr ? model::Value() : cell->value;
    if (const model::Value told = value_in(values, field.name); is != told)
      world.fail("journal of " + record.key.entity + " " + record.key.external_id + ": it ends with " + field.name +
                 " " + told.text() + ", the record has " + is.text());
  }
}

}  // namespace

void check_lineage(World& world) {
  world.read([&](store::Session& session) {
    std::vector<model::Record> records;
    store::list_records(session, "", {}, 100'000, true,
                        [&](model::Record&& record) { records.push_back(std::move(record)); });
    for (const model::Record& record : records) check_record(world, session, record);
  });
}

void check_no_storm(World& world) {
  using model::ChangeState;
  const std::int64_t others = static_cast<std::int64_t>(world.scenario().config.sources.size()) - 1;
  const std::int64_t applied = world.sum(model::to_string(ChangeState::kApplied));
  const std::int64_t echoes = world.sum(store::kEchoHub) + world.sum(store::kEchoPlugin);
  // A change that lost is repaired, one that crossed a delivery makes it repeat, and so does a person who replays.
  const std::int64_t repairs = world.sum(store::kJournalRows) - echoes + world.replays();
  const std::int64_t created = world.sum(store::kDeliveriesCreated);
  if (created > applied * others + repairs)
    world.fail(std::to_string(created) + " deliveries for " + std::to_string(applied) + " applied changes and " +
               std::to_string(repairs) + " that may need repair");
}

}  // namespace tests::sim
