#pragma once

#include "hub/store/session.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A hub among those that share a store. Times are milliseconds since the epoch by the database's clock.
struct HubRow {
  std::string id;
  std::string name;
  std::string url;
  std::int64_t started_at_ms = 0;
  std::int64_t seen_at_ms = 0;
};

/// Who speaks for a source. `epoch` grows with each hub that does, so it tells their times apart.
struct LeaseRow {
  std::string source;
  std::string hub;
  std::int64_t epoch = 0;
  bool held = false;  // it has not run out
};

/// The hub lives, now. All functions throw StoreError.
void see_hub(Session& session, const HubRow& hub);
/// The hub ends: nobody need wait until it has not been seen for long.
void leave_hub(Session& session, std::string_view hub);
/// Those that were seen within this time, by id.
[[nodiscard]] std::vector<HubRow> live_hubs(Session& session, std::chrono::milliseconds within);
/// Drops those that were not seen for so long.
void forget_hubs(Session& session, std::chrono::milliseconds within);

/// Says something to the other hubs on a PostgreSQL store, once the transaction is committed (hub/store/listener.hpp).
void call_hubs(Session& session, std::string_view said);

/// Takes the lease, or makes it last; leaves it alone when another hub holds it.
void take_lease(Session& session, std::string_view source, std::string_view hub, std::chrono::milliseconds lease);
/// Makes a lease last that the hub holds under this epoch and that has not run out; gives whether it did.
bool keep_lease(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch,
                std::chrono::milliseconds lease);
void end_lease(Session& session, std::string_view source, std::string_view hub);
[[nodiscard]] std::vector<LeaseRow> load_leases(Session& session);
/// Whether the hub holds the lease under this epoch; in a write transaction nobody can take it before that ends. Epoch
/// 0 is that of a store that is not shared: everything is its hub's.
[[nodiscard]] bool holds_lease(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch);
/// Reads ahead what holds_lease() will be asked for.
void read_lease_ahead(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch);
/// Throws StoreError(kFenced) when it does not.
void require_lease(Session& session, std::string_view source, std::string_view hub, std::int64_t epoch);

}  // namespace hub::store
