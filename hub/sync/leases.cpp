#include "hub/sync/leases.hpp"

#include "hub/base/hash.hpp"
#include "hub/base/log.hpp"
#include "hub/store/outbound.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kForgotten = std::chrono::hours{24};

std::uint64_t weight(std::string_view source, std::string_view hub) {
  std::uint64_t hash = base::fnv1a(source, base::fnv1a(std::string_view("\0", 1), base::fnv1a(hub)));
  hash ^= hash >> 33;  // FNV's high bits alone say little of its last bytes
  hash *= 0xff51afd7ed558ccd;
  return hash ^ (hash >> 33);
}

}  // namespace

std::string call_to_push(std::string_view source) { return "push " + std::string(source); }
std::string call_to_pull(std::string_view source) { return "pull " + std::string(source); }

std::string preferred_hub(std::string_view source, const std::vector<store::HubRow>& hubs) {
  const store::HubRow* best = nullptr;
  for (const store::HubRow& hub : hubs)
    if (best == nullptr || weight(source, hub.id) > weight(source, best->id)) best = &hub;
  return best == nullptr ? std::string() : best->id;
}

Leases::Leases(store::Store& store, const base::Clock& clock, const std::vector<std::string>& sources,
               store::HubRow self)
    : store_(store), clock_(clock), shared_(store.shared()), self_(std::move(self)) {
  for (const std::string& source : sources) tenures_[source];
}

milliseconds Leases::renew() {
  const auto asked = clock_.monotonic();
  std::map<std::string, bool> idle;  // those held, and whether nothing uses them
  store::HubRow self;
  {
    const std::lock_guard lock(mutex_);
    self = self_;
    for (const auto& [source, tenure] : tenures_) idle[source] = *tenure.users == 0;
  }
  std::map<std::string, std::string> preferred;
  const auto held = store_.write([&](store::Session& session) {
    store::see_hub(session, self);
    store::forget_hubs(session, kForgotten);
    const auto hubs = store::live_hubs(session, kLease);
    const auto before = store::load_leases(session);
    const auto epoch_of = [&](const std::vector<store::LeaseRow>& leases, const std::string& source) {
      for (const store::LeaseRow& lease : leases)
        if (lease.source == source && lease.hub == self.id && lease.held) return lease.epoch;
      return std::int64_t{0};
    };
    for (const auto& [source, unused] : idle) {
      preferred[source] = preferred_hub(source, hubs);
      const bool mine = epoch_of(before, source) != 0;
      if (preferred[source] == self.id || (mine && !unused))
        store::take_lease(session, source, self.id, kLease);
      else if (mine)
        store::end_lease(session, source, self.id);
    }
    const auto after = store::load_leases(session);
    std::map<std::string, std::int64_t> epochs;
    for (const auto& [source, unused] : idle) {
      epochs[source] = epoch_of(after, source);
      // What the one before was pushing has lost its holder.
      if (epochs[source] != 0 && epoch_of(before, source) != epochs[source])
        store::drop_leases(session, source, clock_.now_ms());
    }
    return epochs;
  });
  const std::lock_guard lock(mutex_);
  for (auto& [source, tenure] : tenures_) {
    const std::int64_t epoch = held.at(source);
    if ((tenure.epoch == 0) != (epoch == 0))
      base::log(base::LogLevel::kInfo, "source " + source,
                epoch != 0 ? "is this hub's from now on" : "is another hub's from now on");
    tenure.until = epoch == tenure.epoch ? std::max(tenure.until, asked + kLease) : asked + kLease;
    tenure.epoch = epoch;
    tenure.leaving = preferred.at(source) != self.id;
  }
  return kRenewEvery;
}

milliseconds Leases::keep() {
  const auto asked = clock_.monotonic();
  std::map<std::string, std::int64_t> held;  // in the order in which renew() takes them: nobody waits in a circle
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [source, tenure] : tenures_)
      if (tenure.epoch != 0) held[source] = tenure.epoch;
  }
  store_.write_beside([&](store::Session& session) {
    return std::erase_if(held, [&](const auto& lease) {
      return !store::keep_lease(session, lease.first, self_.id, lease.second, kLease);
    });
  });
  const std::lock_guard lock(mutex_);
  for (const auto& [source, epoch] : held)
    if (Tenure& tenure = tenures_.find(source)->second; tenure.epoch == epoch)
      tenure.until = std::max(tenure.until, asked + kLease);
  return kRenewEvery;
}

void Leases::end() {
  if (!shared_) return;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [source, tenure] : tenures_) tenure.epoch = 0;
  }
  store_.write([&](store::Session& session) {
    for (const auto& [source, tenure] : tenures_) store::end_lease(session, source, self_.id);
    store::leave_hub(session, self_.id);
  });
}

std::optional<std::int64_t> Leases::epoch(std::string_view source) const {
  if (!shared_) return 0;
  const std::lock_guard lock(mutex_);
  const auto it = tenures_.find(source);
  if (it == tenures_.end() || it->second.epoch == 0 || it->second.leaving) return std::nullopt;
  return clock_.monotonic() < it->second.until ? std::optional(it->second.epoch) : std::nullopt;
}

bool Leases::is_elsewhere(std::string_view source) const {
  if (!shared_) return false;
  {
    const std::lock_guard lock(mutex_);
    if (!tenures_.contains(source)) return false;
  }
  return !epoch(source);
}

Leases::Use Leases::use(std::string_view source) const {
  const std::lock_guard lock(mutex_);
  const auto it = tenures_.find(source);
  return Use(it == tenures_.end() ? nullptr : it->second.users.get());
}

void Leases::set_url(const std::string& url) {
  const std::lock_guard lock(mutex_);
  self_.url = url;
}

}  // namespace hub::sync
