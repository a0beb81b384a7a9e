#include "hub/sync/deliveries.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/records.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/doubt.hpp"
#include "hub/sync/mapping.hpp"

#include <algorithm>
#include <functional>

namespace hub::sync {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

}  // namespace

void Deliveries::put_deletes_last(std::vector<Delivery>& deliveries) const {
  // How far an entity is from one that refers to nothing; a circle ends at the number of entities.
  const std::function<std::size_t(std::string_view, std::size_t)> depth = [&](std::string_view name, std::size_t most) {
    std::size_t deepest = 0;
    const model::EntitySchema* schema = most == 0 ? nullptr : config_.entity(name);
    if (schema == nullptr) return deepest;
    for (const model::FieldSchema& field : schema->fields)
      if (!field.references.empty()) deepest = std::max(deepest, 1 + depth(field.references, most - 1));
    return deepest;
  };
  const auto place = [&](const Delivery& delivery) {
    const std::size_t most = config_.entities.size();
    return delivery.op == model::Op::kUpsert ? 0 : 1 + most - depth(delivery.key.entity, most);
  };
  std::stable_sort(deliveries.begin(), deliveries.end(),
                   [&](const Delivery& a, const Delivery& b) { return place(a) < place(b); });
}

std::vector<Delivery> Deliveries::claim(store::Session& session, std::string_view target, int limit,
                                        std::chrono::milliseconds lease, std::string_view holder) {
  HUB_FAILPOINT("claim.before");
  counts_ = {};  // what a transaction that failed had counted did not happen
  present_ = store::load_present(session);
  const config::SourceConfig& source = *config_.source(target);
  const std::int64_t now = clock_.now_ms();
  std::vector<Delivery> claimed;
  // A row that cannot go now is due later or gone afterwards, so the next look goes past it.
  for (bool more = true; more;) {
    const int wanted = limit - static_cast<int>(claimed.size());
    auto rows = store::due_outbound(session, target, now, wanted);
    more = static_cast<int>(rows.size()) == wanted;
    read_ahead(session, source, rows);
    for (auto& row : rows) {
      Delivery delivery;
      if (!fill(session, source, row, delivery)) continue;
      ++row.attempt;
      row.due_at_ms = now + lease.count();
      row.lease = holder;
      store::add_outbound_update(session, row);
      delivery.id = row.delivery_id;
      delivery.key = row.key;
      delivery.version = row.sent_version;
      delivery.attempt = row.attempt;
      delivery.lease_until_ms = row.due_at_ms;
      claimed.push_back(std::move(delivery));
    }
    store::flush_outbound_updates(session);
    store::flush_outbound_removals(session);
    more = more && static_cast<int>(claimed.size()) < limit;
  }
  store::flush_finished(session);
  counts_.flush(session);
  put_deletes_last(claimed);
  HUB_FAILPOINT("claim.after");
  return claimed;
}

void Deliveries::read_ahead(store::Session& session, const config::SourceConfig& source,
                            const std::vector<store::OutboundRow>& rows) const {
  if (!session.reads_ahead()) return;
  std::vector<std::vector<std::string>> records;
  std::vector<std::vector<std::string>> links;
  for (const store::OutboundRow& row : rows) {
    records.push_back({row.key.entity, row.key.external_id});
    links.push_back({row.key.entity, row.key.external_id, source.name});
  }
  session.read_ahead("load_record", records);
  session.read_ahead("load_link", links);
  links.clear();
  for (const store::OutboundRow& row : rows) {
    std::optional<model::Record> record;  // of an entity that refers to nothing there it is not needed yet
    for (const model::FieldSchema& field : config_.entity(row.key.entity)->fields) {
      if (field.references.empty() || source.find(field.references) == nullptr) continue;
      if (!record) record = store::load_record(session, row.key);
      if (!record) break;
      if (const model::Cell* cell = record->find(field.name); cell != nullptr && !cell->value.is_null())
        links.push_back({field.references, cell->value.text(), source.name});
    }
  }
  session.read_ahead("load_link", links);
}

bool Deliveries::fill(store::Session& session, const config::SourceConfig& source, store::OutboundRow& row,
                      Delivery& delivery) {
  const config::EntityMapping* mapping = source.find(row.key.entity);
  const auto record = store::load_record(session, row.key);
  const auto link = store::load_link(session, row.key, source.name);
  if (record && mapping != nullptr) ask_first(session, source, *record, link ? &*link : nullptr, row);
  Payload payload = decode_payload(row.payload);
  if (row.delivery_id.empty() || mapping == nullptr) {
    const bool wanted = mapping != nullptr && record && (record->deleted || passes(*mapping, *record)) &&
                        !holds(*mapping, *record, link ? &*link : nullptr);
    if (!wanted) {
      if (row.delivery_id.empty()) row.delivery_id = store::delivery_id(row, row.row_version, nonce());
      finish(session, row, "unneeded", store::kDeliveriesUnneeded, {});
      return false;
    }
    payload.op = record->deleted ? model::Op::kDelete : model::Op::kUpsert;
    payload.heard_seq = link ? link->heard_seq : 0;
    payload.source_etag = link ? link->source_etag : std::string();
    payload.fields = record->deleted ? model::Fields{} : projection(*mapping, *record, link ? &*link : nullptr);
    for (const model::FieldValue& field : payload.fields) {
      const model::Value* held = link && !link->deleted ? model::find_field(link->shadow, field.name) : nullptr;
      if (held == nullptr || *held != field.value) payload.sent.push_back(field.name);
    }
  }
  delivery.fields = payload.fields;
  // Another record has the id of its row by now (receipts.cpp): the row is gone, and the next pull will say so.
  const bool gone = link && !link->deleted && link->native_id.empty() && !source.plugin.empty() &&
                    store::gives_native_ids(session, source.name, row.key.entity);
  if (gone) row.due_at_ms = clock_.now_ms() + kAfterPullMs;
  if (gone || !ready(session, source, *mapping, row, delivery.fields, payload) || fuse_blows(source, row)) {
    store::add_outbound_update(session, row);
    return false;
  }
  if (row.delivery_id.empty()) {
    row.delivery_id = store::delivery_id(row, record->row_version, nonce());
    row.sent_version = record->version;
    row.sent_row_version = row.row_version = record->row_version;
    counts_.add(source.name, store::kDeliveriesMerged, row.merged);
    row.merged = 0;  // from here on it counts what came after this payload
  }
  delivery.op = payload.op;
  if (link) {
    if (!link->deleted) {  // the row is gone there, and another may have its id by now
      delivery.native_id = link->native_id;
      delivery.source_etag = link->source_etag;
    }
    delivery.base_version = link->base_version;
    delivery.known = !link->deleted;
  }
  payload.native_id = delivery.native_id;
  row.payload = encode_payload(payload);
  for (const model::FieldValue& field : delivery.fields)
    if (!delivery.known || std::find(payload.sent.begin(), payload.sent.end(), field.name) != payload.sent.end())
      delivery.changed.push_back(field);
  return true;
}

void Deliveries::ask_first(store::Session& session, const config::SourceConfig& source, const model::Record& record,
                           const model::Link* link, store::OutboundRow& row) {
  const bool is_there = link != nullptr && !link->deleted;
  const Payload payload = decode_payload(row.payload);
  if (!row.delivery_id.empty() && payload.op == model::Op::kUpsert &&
      payload.native_id != (is_there ? link->native_id : std::string()))
    thaw(row);
  if (!row.delivery_id.empty() || is_there || !asks_first(source, record)) return;
  if (!record.deleted && !passes(*source.find(record.key.entity), record)) return;
  const auto letter = store::letter_in_doubt(session, source.name, row.key);
  if (!letter) return;
  resume(row, *letter);
  store::remove_dead_letter(session, letter->source, letter->id);
  counts_.add(source.name, store::kDeliveriesDead, -1);
  counts_.add(source.name, store::kDeliveriesMerged, row.merged);
  row.merged = 1;
}

bool Deliveries::ready(store::Session& session, const config::SourceConfig& source,
                       const config::EntityMapping& mapping, store::OutboundRow& row, model::Fields& fields,
                       Payload& payload) {
  const model::EntitySchema& schema = *config_.entity(mapping.entity);
  for (model::FieldValue& field : fields) {
    const model::FieldSchema* definition = schema.find(field.name);
    if (definition == nullptr || definition->type != model::FieldType::kReference || field.value.is_null()) continue;
    if (source.find(definition->references) == nullptr) continue;  // the target knows the record by its external id
    const model::RecordKey referenced{definition->references, field.value.text()};
    const auto link = store::load_link(session, referenced, source.name);
    if (link && !link->deleted) {
      if (!link->native_id.empty()) field.value = model::Value::string(link->native_id);
      model::set_field(payload.references, field.name, field.value);
      continue;
    }
    // The row may have been made with it, and only the repeat will tell.
    if (const model::Value* sent = model::find_field(payload.references, field.name)) {
      field.value = *sent;
      continue;
    }
    // It comes back as soon as the referenced record has been applied there, and by timer in case it never will.
    row.blocked_on = referenced;
    row.due_at_ms = clock_.now_ms() + schema.waiting.retry_every.count();
    row.last_error = "waits for " + referenced.entity + " " + referenced.external_id + " to reach " + source.name;
    return false;
  }
  row.blocked_on = {};
  return true;
}

bool Deliveries::fuse_blows(const config::SourceConfig& source, store::OutboundRow& row) {
  const std::int64_t now = clock_.now_ms();
  if (now / kMinuteMs != fuse_minute_) {
    fuse_minute_ = now / kMinuteMs;
    fuse_writes_.clear();
  }
  int& writes = fuse_writes_[{source.name, row.key}];
  if (++writes <= source.max_writes_per_minute) return false;
  if (writes == source.max_writes_per_minute + 1)
    base::log(base::LogLevel::kError, "source " + source.name,
              row.key.entity + " " + row.key.external_id + " was written " +
                  std::to_string(source.max_writes_per_minute) +
                  " times within a minute: its deliveries are held for the rest of it; look for a loop");
  row.due_at_ms = (fuse_minute_ + 1) * kMinuteMs;
  return true;
}

void Deliveries::finish(store::Session& session, store::OutboundRow& row, std::string_view status,
                        std::string_view counter, const std::string& message) {
  store::add_finished(session, {row.key, row.target, row.delivery_id, row.sent_version, std::string(status),
                                row.attempt, clock_.now_ms(), message});
  counts_.add(row.target, counter);
  if (row.attempt > 0 && present_.waiting)
    store::hurry_waiting(session, store::receipt_of(row.delivery_id), clock_.now_ms());
  const bool newer = counter != store::kDeliveriesUnneeded && row.merged > 0;
  if (!newer) {
    counts_.add(row.target, store::kDeliveriesMerged, row.merged);
    store::add_outbound_removal(session, row.key, row.target);
    return;
  }
  --row.merged;
  thaw(row);
  row.attempt = 0;
  row.lease.clear();
  row.last_error.clear();
  row.due_at_ms = row.queued_at_ms = clock_.now_ms();
  store::add_outbound_update(session, row);
}

}  // namespace hub::sync
