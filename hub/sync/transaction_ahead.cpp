#include "hub/resolve/computed.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/transaction.hpp"

namespace hub::sync {

namespace {

using Keys = std::vector<std::vector<std::string>>;

}  // namespace

void Transaction::read_ahead(const std::vector<const Submission*>& changes) {
  if (session_.dialect() == store::Dialect::kSqlite) return;
  Keys sources;
  Keys ids;
  Keys rows;
  Keys referenced;
  std::vector<model::RecordKey> records;
  for (const Submission* submission : changes) {
    const model::Change& change = submission->change;
    sources.push_back({change.source, std::string(store::kJournalRows)});
    if (!change.change_id.empty()) ids.push_back({change.source, change.change_id});
    if (!change.native_id.empty()) rows.push_back({change.source, change.key.entity, change.native_id});
    if (!change.key.external_id.empty()) records.push_back(change.key);
    const config::SourceConfig* source = config_.source(change.source);
    for (const model::FieldSchema& field : config_.entity(change.key.entity)->fields) {
      const model::Value* value = field.references.empty() ? nullptr : model::find_field(change.fields, field.name);
      if (value == nullptr || value->is_null()) continue;
      if (submission->native_references && source != nullptr && source->find(field.references) != nullptr)
        rows.push_back({change.source, field.references, value->text()});
      else
        referenced.push_back({field.references, value->text()});
    }
  }
  session_.read_ahead("load_counter", sources);
  session_.read_ahead("find_journal", ids);
  session_.read_ahead("find_link", rows);
  for (const auto& row : rows)
    if (const auto known = linked(row[0], row[1], row[2])) records.push_back({row[1], *known});
  store::read_records_ahead(session_, records);
  session_.read_ahead("record_exists", referenced);

  // What has no key and no row is looked for by its values.
  Keys values;
  for (const Submission* submission : changes) {
    const model::Change& change = submission->change;
    if (!change.key.external_id.empty() || change.native_id.empty() || change.op == model::Op::kDelete ||
        linked(change.source, change.key.entity, change.native_id))
      continue;
    model::Fields all = change.fields;
    resolve::add_computed(all, *config_.entity(change.key.entity));
    for (const MatchFields& fields : config_.source(change.source)->find(change.key.entity)->match_on)
      if (const auto key = match_key(fields, all)) values.push_back({change.key.entity, key->fields, key->values});
  }
  session_.read_ahead("find_matches", values);
}

}  // namespace hub::sync
