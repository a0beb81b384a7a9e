#include "hub/model/json_writer.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/reversal.hpp"
#include "hub/sync/transaction.hpp"

#include <algorithm>
#include <limits>

namespace hub::sync {

namespace {

using model::Json;
using model::JsonWriter;

/// What the journal keeps of a merge beside the values, so that it can be taken back.
struct MergeNote {
  std::string survivor;
  std::string survivor_head;          // its newest journal row before the merge
  std::string filled;                 // the journal row of what it took over, empty for none
  std::map<std::string, Json> moved;  // by source: {"source", "nativeId", "baseVersion"}
  std::vector<std::pair<model::RecordKey, std::string>> repointed;  // record and field
};

Refusal no(std::string why) { return {409, std::move(why), {}, {}, 0}; }

std::string named(const model::RecordKey& key) { return key.entity + " " + key.external_id; }

std::optional<MergeNote> note_of(const std::string& body) {
  const auto json = model::parse_json(body);
  const Json* about = json.ok() ? json.value().find("about") : nullptr;
  const Json* merge = about == nullptr ? nullptr : about->find("mergedInto");
  if (merge == nullptr) return std::nullopt;
  MergeNote note;
  note.survivor = merge->text;
  note.survivor_head = about->find("survivorHead")->text;
  note.filled = about->find("filled")->text;
  for (const Json& row : about->find("moved")->items) note.moved.emplace(row.find("source")->text, row);
  for (const Json& item : about->find("repointed")->items)
    note.repointed.push_back({{item.items[0].text, item.items[1].text}, item.items[2].text});
  return note;
}

/// Fields of the alias that the survivor takes over.
model::Fields filled(const model::EntitySchema& schema, const model::Record& survivor, const model::Record& alias,
                     const std::vector<std::string>& take) {
  model::Fields fields;
  for (const model::Cell& cell : alias.cells) {
    if (schema.is_computed(cell.name)) continue;
    const model::Cell* own = survivor.find(cell.name);
    const bool blank = own == nullptr || own->value.is_null();
    const bool wanted = std::find(take.begin(), take.end(), cell.name) != take.end();
    if ((blank || wanted) && !cell.value.is_null()) model::set_field(fields, cell.name, cell.value);
  }
  return fields;
}

}  // namespace

model::RecordKey Transaction::survivor_of(model::RecordKey key) {
  for (const State* alias = &state(key); !alias->record.merged_into.empty(); alias = &state(key))
    key.external_id = alias->record.merged_into;
  return key;
}

bool Transaction::follow_alias(model::Change& change) {
  State& alias = state(change.key);
  if (alias.record.merged_into.empty()) return true;
  State& survivor = state(survivor_of(change.key));
  // The row as it was known before the merge: by its own id, or else by the alias.
  const std::string row = change.native_id.empty() ? change.key.external_id : change.native_id;
  const model::Link* held = link(survivor, change.source);
  const bool another = held != nullptr && !held->deleted && held->native_id != row;
  if (another && change.op == model::Op::kDelete) return true;  // of the row that the merge has deleted: the alias' own
  if (another) {
    // A row that should be gone speaks. What it says is kept, and it is deleted (again).
    model::Link& stray = make_link(alias, change.source);
    stray.deleted = false;
    if (!change.native_id.empty()) stray.native_id = change.native_id;
    alias.moved_links.insert(change.source);
    alias.changed = true;
  } else {
    change.native_id = row;
    native_ids_.insert_or_assign({change.source, change.key.entity, row}, survivor.record.key.external_id);
  }
  change.key = survivor.record.key;
  return !another;
}

Result Transaction::edit(const model::RecordKey& key, model::Op op, const model::Fields& fields, std::string_view about,
                         std::string_view settles) {
  const State& target = state(key);
  if (target.record.version == std::numeric_limits<std::int64_t>::max())
    return no("the version of " + named(key) + " is at its end");
  Submission submission;
  submission.settles = settles;
  submission.change.source = kSteward;
  submission.change.key = key;
  submission.change.op = op;
  submission.change.version = target.record.version + 1;
  submission.change.fields = fields;
  JsonWriter body;
  body.begin_object().member("source", kSteward).member("entity", key.entity).member("externalId", key.external_id);
  body.member("op", model::to_string(op)).member("version", target.record.version + 1).key("fields").fields(fields);
  if (!about.empty()) body.key("about").raw(about);
  submission.body = body.end_object().take();
  return apply(submission);
}

std::vector<std::pair<model::RecordKey, std::string>> Transaction::referrers(const model::RecordKey& key) {
  std::vector<std::pair<model::RecordKey, std::string>> found;
  for (const model::EntitySchema& entity : config_.entities)
    for (const model::FieldSchema& field : entity.fields) {
      if (field.references != key.entity) continue;
      const auto by = match_key({field.name}, {{field.name, model::Value::string(key.external_id)}});
      for (std::string& id : find_matches(entity.name, *by))
        found.push_back({{entity.name, std::move(id)}, field.name});
    }
  return found;
}

void Transaction::move_row(State& from, State& to, const std::string& source, model::Link row) {
  store::remove_link(session_, from.record.key, source);
  std::erase_if(from.links, [&](const model::Link& link) { return link.source == source; });
  from.moved_links.erase(source);
  row.source = source;
  row.key = to.record.key;
  row.from_delivery = false;
  row.updated_at_ms = now_ms_;
  if (!row.native_id.empty())
    native_ids_.insert_or_assign({source, row.key.entity, row.native_id}, row.key.external_id);
  make_link(to, source) = std::move(row);
  to.moved_links.insert(source);
  to.changed = true;
}

std::variant<Transaction::Merge, Refusal> Transaction::merge(const model::RecordKey& survivor,
                                                             const model::RecordKey& alias,
                                                             const std::vector<std::string>& take) {
  for (const model::RecordKey* key : {&survivor, &alias}) {
    const State& found = state(*key);
    if (!found.record.merged_into.empty())
      return no(named(*key) + " is an alias of " + found.record.merged_into + " already");
    if (!found.exists || found.record.deleted) return Refusal{404, "there is no record " + named(*key), {}, {}, 0};
  }
  if (survivor == alias) return no("a record cannot be merged into itself");
  State& kept = state(survivor);
  State& gone = state(alias);
  Merge done{survivor, alias, filled(*config_.entity(survivor.entity), kept.record, gone.record, take), {}, {}, {}};
  const std::string kept_head = store::to_string({kept.record.head_source, kept.record.head_seq});
  for (const model::Link& row : gone.links) {
    if (row.deleted) continue;
    const model::Link* own = link(kept, row.source);
    (own == nullptr || own->deleted ? done.moved : done.removed).push_back(row);
  }
  for (const model::Link& row : done.moved)
    if (const auto sent = store::load_outbound(session_, alias, row.source); sent && !sent->delivery_id.empty()) {
      Refusal busy =
          no("a delivery of " + named(alias) + " to " + row.source + " is under way: try again when it ended");
      busy.retry_after_s = 1;
      return busy;
    }

  std::string filled_at;
  if (!done.filled.empty()) {
    const std::string about = JsonWriter().begin_object().member("mergedFrom", alias.external_id).end_object().take();
    Result edited = edit(survivor, model::Op::kUpsert, done.filled, about);
    if (auto* refusal = std::get_if<Refusal>(&edited)) return std::move(*refusal);
    filled_at = std::get<Answer>(edited).place;
  }
  kept.changed = true;
  JsonWriter about;
  about.begin_object().member("mergedInto", survivor.external_id).member("survivorHead", kept_head);
  about.member("filled", filled_at).key("moved").begin_array();
  for (model::Link row : done.moved) {
    about.begin_object().member("source", row.source).member("nativeId", row.native_id);
    about.member("baseVersion", row.base_version).end_object();
    if (row.native_id.empty()) row.native_id = alias.external_id;  // how the source knows it
    row.base_version = 0;                                          // it has agreed to nothing of the survivor yet
    move_row(gone, kept, row.source, row);
  }
  about.end_array().key("repointed").begin_array();
  for (const auto& [record, field] : referrers(alias)) {
    Result edited = edit(record, model::Op::kUpsert, {{field, model::Value::string(survivor.external_id)}});
    if (auto* refusal = std::get_if<Refusal>(&edited)) return std::move(*refusal);
    about.begin_array().text(record.entity).text(record.external_id).text(field).end_array();
    done.repointed.push_back(record);
  }
  about.end_array().end_object();
  for (store::ConflictRow& open : store::open_conflicts_of(session_, alias))
    overtake(open, "merge into " + survivor.external_id);
  Result removed = edit(alias, model::Op::kDelete, {}, about.take());
  if (auto* refusal = std::get_if<Refusal>(&removed)) return std::move(*refusal);
  gone.record.merged_into = survivor.external_id;
  return done;
}

std::variant<Transaction::Merge, Refusal> Transaction::unmerge(const model::RecordKey& alias) {
  State& back = state(alias);
  if (back.record.merged_into.empty()) return no(named(alias) + " is not merged into another record");
  const auto row = store::load_journal(session_, {back.record.head_source, back.record.head_seq});
  const auto note = row ? note_of(row->body) : std::nullopt;
  if (!note) return no("the journal does not hold any more what the merge of " + named(alias) + " did");
  const model::RecordKey survivor{alias.entity, note->survivor};
  State& kept = state(survivor);
  if (!kept.record.merged_into.empty())
    return no(named(survivor) + " was itself merged into " + kept.record.merged_into + ": take that back first");
  if (!kept.exists || kept.record.deleted)
    return no(named(survivor) + " was deleted since: bring it back first, or let the deletion stand");

  // What the sources of the moved rows have said since is the alias' own.
  std::set<std::pair<std::string, std::int64_t>> own;
  bool before_merge = false;
  const auto chosen = [&](const store::JournalRow& entry) {
    before_merge = before_merge || store::to_string(entry.at) == note->survivor_head;
    if (before_merge) return false;
    const bool is_own = note->moved.contains(entry.at.source);
    if (is_own) own.insert({entry.at.source, entry.at.seq});
    return is_own || store::to_string(entry.at) == note->filled;
  };
  const Reversal reversal = reversal_of(session_, kept.record, chosen);
  Merge undone{survivor, alias, reversal.fields, {}, {}, {}};
  model::Fields values;
  for (const model::FieldDecision& field : store::decode_decision(row->decision))
    model::set_field(values, field.field, field.differs ? field.loser : model::Value{});  // or it was null
  for (const model::Cell& cell : kept.record.cells)
    if (own.contains({cell.stamp.source, cell.stamp.seq}) && !config_.entity(alias.entity)->is_computed(cell.name))
      model::set_field(values, cell.name, cell.value);

  if (!reversal.fields.empty()) {
    Result edited = edit(survivor, model::Op::kUpsert, reversal.fields);
    if (auto* refusal = std::get_if<Refusal>(&edited)) return std::move(*refusal);
  }
  for (const auto& [source, known] : note->moved) {
    const model::Link* held = link(kept, source);
    const std::string& native_id = known.find("nativeId")->text;
    if (held == nullptr || held->deleted || held->native_id != (native_id.empty() ? alias.external_id : native_id))
      continue;
    model::Link moved = *held;
    moved.native_id = native_id;
    moved.base_version = std::stoll(known.find("baseVersion")->text);
    move_row(kept, back, source, moved);
    undone.moved.push_back(std::move(moved));
  }
  kept.changed = true;
  back.record.merged_into.clear();
  Result revived = edit(alias, model::Op::kUpsert, values);
  if (auto* refusal = std::get_if<Refusal>(&revived)) return std::move(*refusal);
  for (const auto& [record, field] : note->repointed) {
    const model::Record* referrer = this->record(record);
    const model::Cell* cell = referrer == nullptr || referrer->deleted ? nullptr : referrer->find(field);
    if (cell == nullptr || cell->stamp.source != kSteward || cell->value.text() != survivor.external_id) continue;
    Result edited = edit(record, model::Op::kUpsert, {{field, model::Value::string(alias.external_id)}});
    if (auto* refusal = std::get_if<Refusal>(&edited)) return std::move(*refusal);
    undone.repointed.push_back(record);
  }
  return undone;
}

}  // namespace hub::sync
