#include "hub/sync/dispatcher.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/hubs.hpp"
#include "hub/sync/mapping.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBudget{30'000};  // of one push
constexpr milliseconds kLease{90'000};   // longer than any push takes
constexpr milliseconds kIdle{60'000};    // a wake ends it early
constexpr milliseconds kPaused{1'000};
constexpr milliseconds kHearFirst{30'000};  // at most, where its pulls fail
constexpr milliseconds kListening{20};

/// What the target holds in a reference field is its own id of the record; where it kept the one that was sent, the
/// hub's own name of the record stands.
void restore_references(const Delivery& delivery, model::Fields& held) {
  std::erase_if(held, [&](const model::FieldValue& field) {
    const model::Value* sent = model::find_field(delivery.fields, field.name);
    return sent != nullptr && *sent == field.value;
  });
}

std::int64_t ticks(std::chrono::steady_clock::time_point at) {
  return std::chrono::duration_cast<milliseconds>(at.time_since_epoch()).count();
}

}  // namespace

Dispatcher::Dispatcher(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
                       Deliveries& deliveries, std::string holder, Pulling pulling)
    : hub_(hub),
      source_(source),
      client_(client),
      deliveries_(deliveries),
      holder_(std::move(holder)),
      pulling_(std::move(pulling)),
      tokens_(source.push.rate_per_second),
      refilled_(hub.clock.monotonic()) {}

milliseconds Dispatcher::step(const plugin::Cancelled& cancelled, std::int64_t epoch) {
  const std::int64_t closed_for = open_until_ms_ - ticks(hub_.clock.monotonic());
  if (closed_for > 0) return milliseconds{closed_for};
  const auto wait = allowance();
  if (wait.count() > 0) return wait;
  if (is_to_be_heard_first(epoch)) return kListening;
  if (unsettled_) {
    hub_.store.write([&](store::Session& session) {
      store::require_lease(session, source_.name, hub_.store.hub(), epoch);
      store::drop_leases(session, source_.name, hub_.clock.now_ms());
    });
    unsettled_ = false;
  }
  const auto pause = hub_.store.read([&](store::Session& session) {
    return store::load_source_state(session, source_.name).paused ? kPaused : until_due(session);
  });
  if (pause.count() > 0) return pause;

  const bool probing = failures_ >= source_.push.breaker_failures;  // a half-open breaker risks one record
  int limit = probing ? 1 : source_.push.batch;
  if (source_.push.rate_per_second > 0) limit = std::min(limit, static_cast<int>(tokens_));
  const auto lease_ahead = [&](store::Session& session) {
    store::read_lease_ahead(session, source_.name, hub_.store.hub(), epoch);
  };
  unsettled_ = true;
  const auto claimed = hub_.store.write(
      [&](store::Session& session) {
        store::require_lease(session, source_.name, hub_.store.hub(), epoch);
        return deliveries_.claim(session, source_.name, limit, kLease, holder_);
      },
      lease_ahead);
  if (claimed.empty()) {
    unsettled_ = false;
    return hub_.store.read([&](store::Session& session) { return until_due(session); });
  }

  HUB_FAILPOINT("push.before");
  auto receipts = receipts_of(claimed, client_.push(items_of(claimed), kBudget, cancelled));
  HUB_FAILPOINT("push.after");
  hub_.store.write(
      [&](store::Session& session) {
        store::require_lease(session, source_.name, hub_.store.hub(), epoch);
        static_cast<void>(deliveries_.settle(session, source_.name, receipts, holder_));
      },
      [&](store::Session& session) {
        lease_ahead(session);
        Deliveries::read_ahead(session, source_.name, receipts);
      });
  unsettled_ = false;
  HUB_FAILPOINT("receipt.after");
  note_stale(claimed, receipts);
  tokens_ -= static_cast<double>(claimed.size());
  watch(receipts);
  return milliseconds{0};
}

bool Dispatcher::is_to_be_heard_first(std::int64_t epoch) {
  if (epoch == 0) return false;
  const auto now = hub_.clock.monotonic();
  if (!heard_ || heard_->epoch != epoch) heard_ = {epoch, pulling_.rounds(), now};
  return pulling_.rounds() == heard_->rounds && now - heard_->since < kHearFirst;
}

milliseconds Dispatcher::allowance() {
  const double rate = source_.push.rate_per_second;
  if (rate <= 0) return milliseconds{0};
  const auto now = hub_.clock.monotonic();
  tokens_ = std::min(std::max(rate, 1.0), tokens_ + rate * std::chrono::duration<double>(now - refilled_).count());
  refilled_ = now;
  return tokens_ >= 1 ? milliseconds{0} : milliseconds{static_cast<std::int64_t>((1 - tokens_) / rate * 1000) + 1};
}

milliseconds Dispatcher::until_due(store::Session& session) const {
  const auto due = store::next_due(session, source_.name);
  if (!due) return kIdle;
  return std::clamp(milliseconds{*due - hub_.clock.now_ms()}, milliseconds{0}, kIdle);
}

std::vector<plugin::PushItem> Dispatcher::items_of(const std::vector<Delivery>& deliveries) {
  std::vector<plugin::PushItem> items;
  for (const Delivery& delivery : deliveries) {
    const config::EntityMapping& mapping = *source_.find(delivery.key.entity);
    plugin::PushItem& item = items.emplace_back();
    item.op = delivery.op;
    item.remote = mapping.remote;
    item.native_id = delivery.native_id;
    item.expected_etag = expected_etag(delivery);
    item.idempotency_key = delivery.id;
    item.body = "{}";
    if (delivery.op == model::Op::kDelete) continue;
    // Only what differs is sent: the rest may have been edited there since, and that edit is on its way here.
    item.body = remote_body(mapping, delivery.changed.empty() ? delivery.fields : delivery.changed,
                            delivery.known ? std::string_view{} : delivery.key.external_id);
  }
  return items;
}

std::string Dispatcher::expected_etag(const Delivery& delivery) {
  if (!delivery.known) return {};
  const auto it = found_.find(delivery.key);
  if (it == found_.end()) return delivery.source_etag;
  if (it->second.expected != delivery.source_etag) {  // the source has told of it since
    found_.erase(it);
    return delivery.source_etag;
  }
  return pulling_.rounds() < it->second.told_by_round ? delivery.source_etag : it->second.etag;
}

void Dispatcher::note_stale(const std::vector<Delivery>& deliveries, const std::vector<Receipt>& receipts) {
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    if (receipts[i].status == plugin::Status::kOk) found_.erase(deliveries[i].key);
    if (receipts[i].status != plugin::Status::kStale || receipts[i].source_etag.empty()) continue;
    // A round that is under way may have passed the record already, so the one after it counts.
    const auto [it, is_new] = found_.try_emplace(deliveries[i].key);
    if (!is_new && it->second.expected == deliveries[i].source_etag && it->second.etag == receipts[i].source_etag)
      continue;
    it->second = {deliveries[i].source_etag, receipts[i].source_etag, pulling_.rounds() + 2};
  }
}

std::vector<Receipt> Dispatcher::receipts_of(const std::vector<Delivery>& deliveries,
                                             std::vector<plugin::PushResult>&& results) const {
  std::vector<Receipt> receipts;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    plugin::PushResult& result = results.at(i);
    Receipt& receipt = receipts.emplace_back();
    receipt.delivery_id = deliveries[i].id;
    receipt.status = result.status;
    if (result.status == plugin::Status::kNotFound && deliveries[i].op == model::Op::kDelete)
      receipt.status = plugin::Status::kOk;  // gone is what was wanted
    receipt.native_id = std::move(result.native_id);
    receipt.source_etag = std::move(result.etag);
    receipt.message = std::move(result.message);
    receipt.retry_after = result.retry_after;
    if (result.body) {
      const config::EntityMapping& mapping = *source_.find(deliveries[i].key.entity);
      receipt.fields = hub_fields(mapping, *hub_.config.entity(mapping.entity), *result.body);
      restore_references(deliveries[i], *receipt.fields);
    }
  }
  return receipts;
}

void Dispatcher::watch(const std::vector<Receipt>& receipts) {
  const auto count = [&](auto... statuses) {
    return std::count_if(receipts.begin(), receipts.end(),
                         [&](const Receipt& receipt) { return ((receipt.status == statuses) || ...); });
  };
  if (count(plugin::Status::kStale, plugin::Status::kNotFound) > 0) pulling_.wake();
  const auto failed = count(plugin::Status::kRetry, plugin::Status::kInternal, plugin::Status::kThrottled);
  if (failed < static_cast<std::ptrdiff_t>(receipts.size())) {
    failures_ = 0;
    return;
  }
  if (++failures_ < source_.push.breaker_failures) return;
  open_until_ms_ = ticks(hub_.clock.monotonic()) + source_.push.breaker_open.count();
  base::log(base::LogLevel::kWarning, "source " + source_.name,
            std::to_string(failures_) + " pushes in a row failed, last: " + receipts.back().message +
                "; no further push for " + std::to_string(source_.push.breaker_open.count() / 1000) + " s");
}

std::string_view Dispatcher::breaker() const {
  if (failures_ < source_.push.breaker_failures) return "closed";
  return open_until_ms_ > ticks(hub_.clock.monotonic()) ? "open" : "half-open";
}

}  // namespace hub::sync
