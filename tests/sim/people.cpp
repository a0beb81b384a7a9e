#include "tests/sim/source.hpp"
#include "tests/sim/words.hpp"

#include <algorithm>

namespace tests::sim {

using hub::config::Direction;
using hub::model::Value;

Source::Table& Source::table(const std::string& remote) { return tables_.at(remote); }

Row* Source::find(Table& table, const std::string& native_id) {
  const auto it = std::find_if(table.rows.begin(), table.rows.end(),
                               [&](const Row& row) { return !row.deleted && row.native_id == native_id; });
  return it == table.rows.end() ? nullptr : &*it;
}

Row* Source::find_by_key(Table& table, const std::string& key) {
  const auto it = std::find_if(table.rows.begin(), table.rows.end(), [&](const Row& row) {
    const auto held = row.values.find(table.mapping->key);
    return !row.deleted && held != row.values.end() && held->second.value.text() == key;
  });
  return it == table.rows.end() ? nullptr : &*it;
}

Row& Source::insert(Table& table) {
  std::string id = std::to_string(++last_id_);
  if (manners_.reuses_ids)
    for (const Row& row : table.rows)
      if (row.deleted && find(table, row.native_id) == nullptr) id = row.native_id;
  Row& row = table.rows.emplace_back();
  row.native_id = id;
  row.revision = last_id_ * 1000;  // no two lives of an id have a revision in common
  return row;
}

void Source::write(Row& row, const std::string& name, const Value& value) {
  std::string field = name;
  for (const auto& [remote, table] : tables_)
    for (const hub::config::FieldMapping& mapped : table.mapping->fields)
      if (mapped.remote == name) field = mapped.field;
  row.values[name] = {kept(manners_, field, value), last_seq_};
}

void Source::touch(Table& table, Row& row, bool by_hub) {
  ++row.revision;
  row.by_hub = by_hub;
  row.changed_at_ms = around_.clock.now_ms() + manners_.clock_ahead_ms;
  if (by_hub && !manners_.echoes) return;
  if (row.seq <= table.confirmed) row.untold = last_seq_;
  row.seq = last_seq_;
}

void Source::remove(Table& table, Row& row, bool by_hub) {
  ++last_seq_;
  row.deleted = true;
  touch(table, row, by_hub);
}

Value Source::invented(Table& table, const hub::config::FieldMapping& field) {
  const hub::model::FieldSchema& schema = *table.schema->find(field.field);
  if (schema.type != hub::model::FieldType::kReference) {
    const Value value = invent(around_.chance, schema);
    for (const auto& [hub_value, own] : field.values)
      if (hub_value == value.text()) return own;
    return value;
  }
  const auto clients = rows(schema.references);
  if (clients.empty() || around_.chance.percent(3)) return Value::string("999");  // of a row that is not there
  return Value::string(around_.chance.pick(clients)->native_id);
}

void Source::edit_field(Table& table, Row& row, const hub::config::FieldMapping& field) {
  const hub::model::FieldSchema& schema = *table.schema->find(field.field);
  const bool bad = !schema.allowed.empty() && around_.chance.percent(around_.faults.bad_values);
  write(row, field.remote, bad ? Value::string("???") : invented(table, field));
}

void Source::edit() {
  Chance& chance = around_.chance;
  if (is_down()) return;
  std::vector<std::string> remotes;
  for (const auto& [remote, each] : tables_) remotes.push_back(remote);
  Table& table = this->table(chance.pick(remotes));
  std::vector<Row*> there;
  for (Row& row : table.rows)
    if (!row.deleted) there.push_back(&row);
  std::vector<hub::config::FieldMapping> editable;
  for (const hub::config::FieldMapping& field : table.mapping->fields)
    if (field.direction != Direction::kPush) editable.push_back(field);
  if (table.schema->name == "order" && rows("client").empty()) return;

  const int what = chance.below(100);
  if (there.empty() || (what < 30 && there.size() < 12)) {
    Row* twin = there.empty() || !chance.percent(15) ? nullptr : chance.pick(there);
    const auto values = twin == nullptr ? std::map<std::string, RowValue>{} : twin->values;
    Row& row = insert(table);
    ++last_seq_;
    for (const hub::config::FieldMapping& field : editable) {
      const auto known = values.find(field.remote);
      if (known != values.end())
        write(row, field.remote, known->second.value);
      else if (table.schema->find(field.field)->required || chance.percent(80))
        edit_field(table, row, field);
    }
    if (row.values.empty()) edit_field(table, row, editable.front());
    if (!table.mapping->key.empty() && !chance.percent(5))
      write(row, table.mapping->key, Value::string(mapped_.name + "-" + std::to_string(++last_key_)));
    touch(table, row, false);
    around_.trace.say(mapped_.name,
                      "somebody adds " + table.mapping->remote + " " + row.native_id + " " + body_of(row));
    return;
  }
  Row& row = *chance.pick(there);
  if (what < 42) {
    remove(table, row, false);
    around_.trace.say(mapped_.name, "somebody deletes " + table.mapping->remote + " " + row.native_id);
    return;
  }
  ++last_seq_;
  for (int i = chance.between(1, 2); i > 0; --i) edit_field(table, row, chance.pick(editable));
  touch(table, row, false);
  around_.trace.say(mapped_.name,
                    "somebody edits " + table.mapping->remote + " " + row.native_id + " " + body_of(row, last_seq_));
}

void Source::purge() {
  for (auto& [remote, table] : tables_)
    for (Row& row : table.rows)
      if (!row.deleted && around_.chance.percent(50)) {
        remove(table, row, false);
        around_.trace.say(mapped_.name, "somebody purges " + remote + " " + row.native_id);
      }
}

void Source::mend() {
  for (auto& [remote, table] : tables_)
    for (Row& row : table.rows)
      for (const hub::config::FieldMapping& field : table.mapping->fields) {
        const auto held = row.values.find(field.remote);
        if (row.deleted || held == row.values.end() || held->second.value.text() != "???") continue;
        ++last_seq_;
        write(row, field.remote, invented(table, field));
        touch(table, row, false);
        around_.trace.say(mapped_.name, "somebody mends " + remote + " " + row.native_id + " " + body_of(row));
      }
}

std::vector<const Row*> Source::rows(const std::string& entity) const {
  std::vector<const Row*> there;
  for (const auto& [remote, table] : tables_)
    if (table.mapping->entity == entity)
      for (const Row& row : table.rows)
        if (!row.deleted) there.push_back(&row);
  return there;
}

bool Source::has_lost_row(const std::string& entity, const std::string& native_id) const {
  for (const auto& [remote, table] : tables_)
    for (const Row& row : table.rows)
      if (row.deleted && table.mapping->entity == entity && row.native_id == native_id) return true;
  return false;
}

}  // namespace tests::sim
