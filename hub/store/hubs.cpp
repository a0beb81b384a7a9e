#include "hub/store/hubs.hpp"

namespace hub::store {

void see_hub(Session& session, const HubRow& hub) {
  session.soon("see_hub", {hub.id, hub.name, hub.url, hub.started_at_ms});
}

void leave_hub(Session& session, std::string_view hub) { session.soon("leave_hub", {hub}); }

std::vector<HubRow> live_hubs(Session& session, std::chrono::milliseconds within) {
  std::vector<HubRow> hubs;
  session.each("live_hubs", {within.count()}, [&](const Row& row) {
    hubs.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4)});
  });
  return hubs;
}

void forget_hubs(Session& session, std::chrono::milliseconds within) { session.soon("forget_hubs", {within.count()}); }

void call_hubs(Session& session, std::string_view said) { session.soon("call_hubs", {said}); }

void take_lease(Session& session, std::string_view source, std::string_view hub, std::chrono::milliseconds lease) {
  session.soon("take_lease", {source, hub, lease.count()});
}

bool keep_lease(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch,
                std::chrono::milliseconds lease) {
  return session.run("keep_lease", {lease.count(), source, hub, epoch}) == 1;
}

void end_lease(Session& session, std::string_view source, std::string_view hub) {
  session.soon("end_lease", {source, hub});
}

std::vector<LeaseRow> load_leases(Session& session) {
  std::vector<LeaseRow> leases;
  session.each("load_leases", {}, [&](const Row& row) {
    leases.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3) != 0});
  });
  return leases;
}

bool holds_lease(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch) {
  return epoch == 0 || session.integer("holds_lease", {source, hub, epoch}) != 0;
}

void read_lease_ahead(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch) {
  if (epoch != 0) session.read_ahead("holds_lease", {{std::string(source), std::string(hub), std::to_string(epoch)}});
}

void require_lease(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch) {
  if (holds_lease(session, source, hub, epoch)) return;
  throw StoreError(StoreErrorKind::kFenced,
                   "store: source " + std::string(source) + " is another hub's by now; nothing was changed");
}

}  // namespace hub::store
