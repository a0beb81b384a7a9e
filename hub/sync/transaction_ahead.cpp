#include "hub/resolve/computed.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/transaction.hpp"

namespace hub::sync {

namespace {

using Keys = std::vector<std::vector<std::string>>;

/// Calls `visit(entity, id, native)` for each record that the change refers to; native: the id is the source's own.
template <class Visit>
void each_reference(const config::Config& config, const Submission& submission, Visit&& visit) {
  const model::Change& change = submission.change;
  const config::SourceConfig* source = config.source(change.source);
  for (const model::FieldSchema& field : config.entity(change.key.entity)->fields) {
    const model::Value* value = field.references.empty() ? nullptr : model::find_field(change.fields, field.name);
    if (value == nullptr || value->is_null()) continue;
    visit(field.references, value->text(),
          submission.native_references && source != nullptr && source->find(field.references) != nullptr);
  }
}

}  // namespace

void Transaction::read_ahead(store::Session& session, const config::Config& config,
                             const std::vector<const Submission*>& changes) {
  if (!session.reads_ahead()) return;
  session.read_ahead("load_priorities");
  session.read_ahead("load_present");
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
    each_reference(config, *submission, [&](const std::string& entity, const std::string& id, bool native) {
      if (native)
        rows.push_back({change.source, entity, id});
      else
        referenced.push_back({entity, id});
    });
  }
  session.read_ahead("load_counter", sources);
  session.read_ahead("find_journal", ids);
  session.read_ahead("find_link", rows);
  store::read_records_ahead(session, records);
  session.read_ahead("record_exists", referenced);
}

void Transaction::read_rows_ahead(const std::vector<const Submission*>& changes) {
  if (!session_.reads_ahead()) return;
  std::vector<model::RecordKey> records;
  Keys values;
  const auto add = [&](const std::string& source, const std::string& entity, const std::string& native_id) {
    const auto known = linked(source, entity, native_id);
    if (known) records.push_back({entity, *known});
    return known.has_value();
  };
  for (const Submission* submission : changes) {
    const model::Change& change = submission->change;
    if (change.native_id.empty()) continue;
    each_reference(config_, *submission, [&](const std::string& entity, const std::string& id, bool native) {
      if (native) add(change.source, entity, id);
    });
    if (add(change.source, change.key.entity, change.native_id) || !change.key.external_id.empty() ||
        change.op == model::Op::kDelete)
      continue;
    // What has no key and no row is looked for by its values.
    model::Fields all = change.fields;
    resolve::add_computed(all, *config_.entity(change.key.entity));
    for (const MatchFields& fields : config_.source(change.source)->find(change.key.entity)->match_on)
      if (const auto key = match_key(fields, all)) values.push_back({change.key.entity, key->fields, key->values});
  }
  store::read_records_ahead(session_, records);
  session_.read_ahead("find_matches", values);
}

}  // namespace hub::sync
