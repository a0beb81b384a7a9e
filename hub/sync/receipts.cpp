#include "hub/base/backoff.hpp"
#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/records.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/deliveries.hpp"
#include "hub/sync/doubt.hpp"
#include "hub/sync/payload.hpp"

#include <algorithm>
#include <set>

namespace hub::sync {

namespace {

using plugin::Status;

/// An attempt that wrote nothing counts for nothing. An earlier one may have written, so its repeat stays what it was.
void take_back(store::OutboundRow& row) {
  row.attempt = std::max(0, row.attempt - 1);
  if (row.attempt == 0) thaw(row);
}

/// The target's own write and the delivery crossed: where they differ, or either was a delete, the shadow knows
/// nothing.
void doubt(model::Link& link, const Payload& payload, const Receipt& receipt) {
  if (link.deleted && payload.op == model::Op::kDelete) return;  // both say the same
  // It has deleted the row that was written: a write to a deleted row would have failed, so the delete came last.
  if (link.deleted && !payload.native_id.empty() &&
      (receipt.native_id.empty() || receipt.native_id == payload.native_id))
    return;
  for (const model::FieldValue& sent : payload.fields)
    if (link.deleted || model::find_field(link.shadow, sent.name) == nullptr)
      model::set_field(link.shadow, sent.name, unknown());
  for (model::FieldValue& held : link.shadow) {
    const model::Value* sent = model::find_field(payload.fields, held.name);
    if (payload.op == model::Op::kDelete || (sent != nullptr && *sent != held.value)) held.value = unknown();
  }
  link.deleted = false;
}

}  // namespace

std::vector<Deliveries::Settled> Deliveries::settle(store::Session& session, std::string_view target,
                                                    const std::vector<Receipt>& receipts, std::string_view holder) {
  HUB_FAILPOINT("receipt.begin");
  counts_ = {};  // what a transaction that failed had counted did not happen
  named_.clear();
  present_ = store::load_present(session);
  std::set<std::string_view> seen;
  std::vector<Settled> settled;
  for (const Receipt& receipt : receipts)
    settled.push_back(seen.insert(receipt.delivery_id).second
                          ? settle_one(session, *config_.source(target), receipt, holder)
                          : Settled::kRepeat);
  store::flush_links(session);
  HUB_FAILPOINT("receipt.link");
  store::flush_outbound_updates(session);
  store::flush_outbound_removals(session);
  store::flush_unblockings(session);
  store::flush_finished(session);
  HUB_FAILPOINT("receipt.outbound");
  counts_.flush(session);
  HUB_FAILPOINT("receipt.before");
  return settled;
}

void Deliveries::read_ahead(store::Session& session, const std::string& target, const std::vector<Receipt>& receipts) {
  if (!session.reads_ahead()) return;
  std::vector<std::vector<std::string>> keys;
  std::vector<std::vector<std::string>> rows;
  for (const Receipt& receipt : receipts) {
    const auto name = store::delivery_name_of(receipt.delivery_id);
    if (!name) continue;
    keys.push_back({name->key.entity, name->key.external_id, target});
    if (!receipt.native_id.empty()) rows.push_back({target, name->key.entity, receipt.native_id});
  }
  session.read_ahead("load_present");
  session.read_ahead("load_outbound", keys);
  session.read_ahead("load_link", keys);
  session.read_ahead("find_link", rows);
}

Deliveries::Settled Deliveries::settle_one(store::Session& session, const config::SourceConfig& source,
                                           const Receipt& receipt, std::string_view holder) {
  const auto name = store::delivery_name_of(receipt.delivery_id);
  if (!name || name->target != source.name) return Settled::kUnknown;
  auto row = store::load_outbound(session, name->key, source.name);
  if (!row || row->delivery_id != receipt.delivery_id)
    return store::load_finished(session, *name, receipt.delivery_id) ? Settled::kRepeat : Settled::kUnknown;
  if (!holder.empty() && row->lease != holder) return Settled::kRepeat;

  const std::int64_t now = clock_.now_ms();
  row->lease.clear();
  row->last_error = receipt.message;
  const auto wait = [&] {
    const base::Backoff backoff{source.push.backoff_first, source.push.backoff_max};
    return receipt.retry_after.value_or(backoff.draw(std::max(row->attempt, 1), rng_)).count();
  };
  switch (receipt.status) {
    case Status::kOk: agree(session, *row, receipt); return Settled::kDone;
    case Status::kRejected:
    case Status::kUnsupported:
      bury(session, *row, receipt.message.empty() ? "the target rejected it" : receipt.message, row->attempt - 1);
      return Settled::kDead;
    case Status::kThrottled:
    case Status::kCancelled:  // nothing was written and no attempt is burnt
      take_back(*row);
      row->due_at_ms = now + (receipt.status == Status::kThrottled ? wait() : 0);
      break;
    case Status::kUnauthenticated:
    case Status::kMisconfigured:
      take_back(*row);
      row->due_at_ms = now;
      store::add_outbound_update(session, *row);
      store::put_paused(session, source.name, true,
                        receipt.message.empty() ? "the target refused the credentials" : receipt.message);
      base::log(base::LogLevel::kError, "source " + source.name,
                "paused: " + receipt.message + "; mend it, then: syncline sources resume " + source.name);
      return Settled::kPaused;
    case Status::kStale:  // the source has an edit that the ladder must see first
      thaw(*row);
      row->attempt = std::max(0, row->attempt - 1);
      row->due_at_ms =
          now + std::max<std::int64_t>(kAfterPullMs, receipt.retry_after.value_or(base::Millis{0}).count());
      break;
    default:
      if (row->attempt >= source.push.max_attempts) {
        bury(session, *row, "failed " + std::to_string(row->attempt) + " times, last: " + receipt.message,
             row->attempt);
        return Settled::kDead;
      }
      if (receipt.status == Status::kNotFound) {
        give_up_row(session, *row);
        thaw(*row);
      }
      row->due_at_ms = now + wait();
  }
  store::add_outbound_update(session, *row);
  return Settled::kRetried;
}

void Deliveries::give_up_row(store::Session& session, const store::OutboundRow& row) {
  auto link = store::load_link(session, row.key, row.target);
  if (!link || link->deleted || link->native_id != decode_payload(row.payload).native_id) return;
  // Another row that is not there was deleted by its people, and the next pull will say so.
  if (std::none_of(link->shadow.begin(), link->shadow.end(),
                   [](const model::FieldValue& held) { return held.value == unknown(); }))
    return;
  link->deleted = true;
  link->native_id.clear();
  link->source_etag.clear();
  link->shadow.clear();
  link->updated_at_ms = clock_.now_ms();
  store::add_link(session, *link);
}

void Deliveries::agree(store::Session& session, store::OutboundRow& row, const Receipt& receipt) {
  const Payload payload = decode_payload(row.payload);
  const std::int64_t now = clock_.now_ms();
  model::Link link;
  if (auto known = store::load_link(session, row.key, row.target)) link = std::move(*known);
  // The target spoke while the delivery was under way: nobody knows which of the two writes came last there. So the
  // shadow forgets where they differ, and the record is offered again.
  const bool spoke = link.heard_seq != payload.heard_seq;
  link.source = row.target;
  link.key = row.key;
  if (!receipt.native_id.empty()) link.native_id = receipt.native_id;
  // A version that it told of meanwhile came after the write, or else the write would have met it.
  if (!receipt.source_etag.empty() && (!spoke || link.source_etag == payload.source_etag))
    link.source_etag = receipt.source_etag;
  if (!spoke) {
    // Only of what the write changed: another value elsewhere is an edit of which the source has yet to tell.
    model::Fields held = payload.fields;
    const bool erased = payload.op == model::Op::kUpsert && payload.fields.empty();  // since it was sent
    if (receipt.fields && !erased)
      for (const model::FieldValue& field : *receipt.fields)
        if (std::find(payload.sent.begin(), payload.sent.end(), field.name) != payload.sent.end())
          model::set_field(held, field.name, field.value);
    link.deleted = payload.op == model::Op::kDelete;
    if (link.deleted) link.shadow.clear();
    for (const model::FieldValue& field : held) model::set_field(link.shadow, field.name, field.value);
    link.base_version = std::max(link.base_version, row.sent_version);
    link.from_delivery = true;
  } else {
    doubt(link, payload, receipt);
    if (row.merged == 0) {
      ++row.merged;
      counts_.add(row.target, store::kDeliveriesCreated);
    }
  }
  if (link.deleted) {  // its id may stand for another record from now on
    link.native_id.clear();
    link.source_etag.clear();
  } else if (!link.native_id.empty()) {
    take_native_id(session, row, link.native_id);
    // What the source has told of the row before its receipt came is decided before anything else is written there.
    if (present_.waiting)
      store::name_parked(session, store::row_key(row.target, row.key.entity, link.native_id), row.key, now);
  }
  link.pushed_at_ms = link.updated_at_ms = now;
  store::add_link(session, link);
  if (present_.blocked && payload.op == model::Op::kUpsert) store::add_unblocking(session, row.target, row.key, now);
  if (present_.doubts && payload.native_id.empty()) store::end_doubt(session, row.target, row.key);
  finish(session, row, "applied", store::kDeliveriesApplied, receipt.message);
}

void Deliveries::take_native_id(store::Session& session, const store::OutboundRow& row, const std::string& native_id) {
  if (!named_.insert({row.key.entity, native_id}).second) store::flush_links(session);  // another receipt named it
  auto other = store::find_link(session, row.target, row.key.entity, native_id);
  if (!other || other->key == row.key) return;
  base::log(base::LogLevel::kWarning, "source " + row.target,
            row.key.entity + " " + row.key.external_id + " has the native id there that " + other->key.external_id +
                " had: that one is gone");
  store::flush_links(session);  // it may be among them
  other = store::find_link(session, row.target, row.key.entity, native_id);
  if (!other || other->key == row.key) return;
  other->native_id.clear();
  other->source_etag.clear();
  store::add_link(session, *other);
  store::flush_links(session);
}

void Deliveries::bury(store::Session& session, store::OutboundRow& row, const std::string& reason, int unanswered) {
  base::log(base::LogLevel::kError, "source " + row.target,
            "delivery " + row.delivery_id + " is a dead letter: " + reason);
  const auto link = store::load_link(session, row.key, row.target);
  const bool doubtful = in_doubt(row, link ? &*link : nullptr, unanswered);
  store::put_dead_letter(session,
                         {row.target, row.delivery_id, std::string(store::kDeadDelivery), row.key, row.sent_version,
                          row.sent_row_version, row.payload, reason, row.attempt, clock_.now_ms(), doubtful});
  const auto record = doubtful ? store::load_record(session, row.key) : std::nullopt;
  if (record && asks_first(*config_.source(row.target), *record)) {
    // What came after it would ask again at once, and for ever: it ends with it, until there is a newer state.
    counts_.add(row.target, store::kDeliveriesMerged, row.merged);
    row.merged = 0;
  }
  finish(session, row, "dead", store::kDeliveriesDead, reason);
}

void Deliveries::give_back(store::Session& session, const std::vector<Delivery>& deliveries) {
  std::vector<std::vector<std::string>> keys;
  for (const Delivery& delivery : deliveries)
    keys.push_back({delivery.key.entity, delivery.key.external_id, store::delivery_name_of(delivery.id)->target});
  session.read_ahead("load_outbound", keys);
  for (const Delivery& delivery : deliveries) {
    auto row = store::load_outbound(session, delivery.key, store::delivery_name_of(delivery.id)->target);
    if (!row || row->delivery_id != delivery.id) continue;
    take_back(*row);
    row->lease.clear();
    row->due_at_ms = clock_.now_ms();
    store::add_outbound_update(session, *row);
  }
  store::flush_outbound_updates(session);
}

}  // namespace hub::sync
