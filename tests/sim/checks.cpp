#include "tests/sim/checks.hpp"

#include "hub/model/json_writer.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "tests/sim/excuses.hpp"
#include "tests/sim/words.hpp"

#include <algorithm>
#include <set>

namespace tests::sim {

using namespace hub;

namespace {

std::string shown(const model::Value& value) {
  std::string text;
  model::append_json(text, value);
  return text;
}

/// What a source holds of one record, in the hub's words, and under which id.
struct Copy {
  std::string native_id;
  model::Fields fields;
};

class Convergence {
 public:
  Convergence(World& world, store::Session& session)
      : world_(world), config_(world.scenario().config), session_(session), excuses_(world) {}

  void check() {
    for (const config::SourceConfig& source : config_.sources)
      for (const config::EntityMapping& mapping : source.entities) check_source(source, mapping);
  }

 private:
  void check_source(const config::SourceConfig& source, const config::EntityMapping& mapping) {
    const auto copies = copies_of(source, mapping);
    store::list_records(session_, mapping.entity, {}, 100'000, true, [&](model::Record&& record) {
      const auto copy = copies.find(record.key);
      check_record(source, mapping, record, copy == copies.end() ? nullptr : &copy->second);
    });
  }

  void fail(const config::SourceConfig& source, const model::RecordKey& key, const std::string& what) {
    world_.fail(source.name + ", " + key.entity + " " + key.external_id + ": " + what);
  }

  /// By record. Rows that stand for none are reported, unless something accounts for them.
  std::map<model::RecordKey, Copy> copies_of(const config::SourceConfig& source, const config::EntityMapping& mapping) {
    std::map<model::RecordKey, Copy> copies;
    if (const auto it = world_.connectors().find(source.name); it != world_.connectors().end()) {
      for (const auto& [key, held] : it->second->records())
        if (key.entity == mapping.entity) {
          copies[key] = {"", canonical(mapping, held.fields)};
          if (!store::load_record(session_, key) && excuses_.of(source.name, key).empty())
            fail(source, key, "it is known to nobody else");
        }
      return copies;
    }
    for (const Row* row : world_.sources().at(source.name)->rows(mapping.entity)) {
      const auto link = store::find_link(session_, source.name, mapping.entity, row->native_id);
      if (!link) {
        // The dead letter of an insert that nobody answered speaks of the row that bears the record's key.
        const auto key = row->values.find(mapping.key);
        const bool has_letter =
            key != row->values.end() && !excuses_.of(source.name, {mapping.entity, key->second.value.text()}).empty();
        if (!has_letter && excuses_.of_row(source.name, mapping.entity, row->native_id).empty())
          world_.fail(source.name + ", " + mapping.entity + " row " + row->native_id + " stands for no record");
        continue;
      }
      const auto& schema = *config_.entity(mapping.entity);
      copies[link->key] = {row->native_id,
                           translated(source, schema, sync::hub_fields(mapping, schema, body_of(*row)))};
    }
    return copies;
  }

  /// The values as the hub would spell them.
  model::Fields canonical(const config::EntityMapping& mapping, const model::Fields& held) {
    return sync::hub_fields(mapping, *config_.entity(mapping.entity), model::JsonWriter().fields(held).take());
  }

  /// References by the hub's ids.
  model::Fields translated(const config::SourceConfig& source, const model::EntitySchema& schema,
                           model::Fields fields) {
    for (model::FieldValue& field : fields) {
      const model::FieldSchema& definition = *schema.find(field.name);
      if (definition.type != model::FieldType::kReference || field.value.is_null()) continue;
      const auto link = store::find_link(session_, source.name, definition.references, field.value.text());
      if (link) field.value = model::Value::string(link->key.external_id);
    }
    return fields;
  }

  /// A deleted record with the values that the newest delete took from it.
  model::Record before_its_end(model::Record record) {
    for (store::JournalKey at{record.head_source, record.head_seq}; at.seq > 0;) {
      const auto row = store::load_journal(session_, at);
      if (row->op == model::Op::kDelete && row->state == model::ChangeState::kApplied) {
        for (const model::FieldDecision& field : store::decode_decision(row->decision))
          if (field.differs) record.cell(field.field).value = field.loser;
        break;
      }
      at = row->previous;
    }
    return record;
  }

  void check_record(const config::SourceConfig& source, const config::EntityMapping& mapping,
                    const model::Record& record, const Copy* copy) {
    if (!excuses_.of(source.name, record.key).empty()) return;
    if (copy != nullptr && !copy->native_id.empty() &&
        !excuses_.of_row(source.name, mapping.entity, copy->native_id).empty())
      return;
    const auto link = store::load_link(session_, record.key, source.name);
    const auto pending = store::load_outbound(session_, record.key, source.name);
    if (pending && !pending->blocked_on.entity.empty()) {
      const auto other = store::load_link(session_, pending->blocked_on, source.name);
      if (other && !other->deleted)
        fail(source, record.key, "its delivery waits for " + pending->blocked_on.external_id + ", which is there");
      return;
    }
    if (pending) return fail(source, record.key, "its delivery is queued for ever");
    if (record.deleted) {
      // A source whose losses are not repaired may keep what others deleted before it spoke of it, and one that the
      // record had left by its filter keeps what it had.
      if (copy != nullptr && source.repair && sync::passes(mapping, before_its_end(record)))
        fail(source, record.key, "deleted, but the source still has it");
      return;
    }
    if (!sync::passes(mapping, record)) return;
    if (copy == nullptr) {
      if (!sync::sends_any(mapping, record) || (!source.repair && link && link->deleted)) return;
      const auto& schema = *config_.entity(mapping.entity);
      const bool kept_to_itself = mapping.deletes.value_or(schema.deletes) == model::DeleteMode::kIgnore;
      if (!(link && link->deleted && kept_to_itself)) fail(source, record.key, "the source does not have it");
      return;
    }
    for (const config::FieldMapping& field : mapping.fields)
      if (field.direction != config::Direction::kPull) check_field(source, mapping, record, link, *copy, field);
  }

  void check_field(const config::SourceConfig& source, const config::EntityMapping& mapping,
                   const model::Record& record, const std::optional<model::Link>& link, const Copy& copy,
                   const config::FieldMapping& field) {
    const model::Cell* cell = record.find(field.field);
    const model::Value wanted =
        kept(world_.scenario().manners.at(source.name), field.field, cell == nullptr ? model::Value() : cell->value);
    model::Fields spelled = canonical(plain(mapping, field), {{field.field, wanted}});
    const model::Value expected = spelled.empty() ? wanted : spelled.front().value;
    const model::Value* held = model::find_field(copy.fields, field.field);
    const model::Value found = held == nullptr ? model::Value() : *held;
    if (found == expected || dangles(source, mapping, field, found, expected)) return;
    const model::Value* known = link ? model::find_field(link->shadow, field.field) : nullptr;
    if (!source.repair && known != nullptr && *known == found) return;  // it lost, and keeps what it has
    fail(source, record.key,
         field.field + " should be " + shown(expected) + ", is " + shown(found) + "; the hub believes it to be " +
             (known == nullptr ? "unknown" : shown(*known)));
  }

  /// Whether the two values are references, and the row that the source's names is gone there: rows are deleted under
  /// those that refer to them, and may get another's id.
  bool dangles(const config::SourceConfig& source, const config::EntityMapping& mapping,
               const config::FieldMapping& field, const model::Value& found, const model::Value& expected) {
    const model::FieldSchema& definition = *config_.entity(mapping.entity)->find(field.field);
    if (definition.type != model::FieldType::kReference) return false;
    const auto link = store::load_link(session_, {definition.references, expected.text()}, source.name);
    if (!link || link->deleted) return true;
    const auto client = world_.sources().find(source.name);
    return client != world_.sources().end() && client->second->has_lost_row(definition.references, found.text());
  }

  /// A mapping of one field under the hub's name and values.
  static config::EntityMapping plain(const config::EntityMapping& mapping, const config::FieldMapping& field) {
    config::EntityMapping one;
    one.entity = mapping.entity;
    one.fields = {{field.field, field.field, config::Direction::kBoth, {}}};
    return one;
  }

  World& world_;
  const config::Config& config_;
  store::Session& session_;
  const Excuses excuses_;
};

}  // namespace

void check_convergence(World& world) {
  world.check_audit("when all is quiet");
  world.read([&](store::Session& session) { Convergence(world, session).check(); });
}

}  // namespace tests::sim
