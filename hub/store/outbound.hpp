#pragma once

#include "hub/model/change.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A delivery under way (table outbound_changes): at most one per record and target.
struct OutboundRow {
  model::RecordKey key;
  std::string target;
  std::int64_t row_version = 0;       // the newest canonical state that the target must get
  std::int64_t merged = 0;            // further deliveries that this row stands for
  std::string delivery_id;            // empty: nothing was sent yet, the newest state will be
  std::string payload;                // what was sent under delivery_id
  std::int64_t sent_version = 0;      // the canonical version of the payload …
  std::int64_t sent_row_version = 0;  // … and its row version
  int attempt = 0;                    // attempts of delivery_id so far
  std::int64_t due_at_ms = 0;         // when it may be claimed; while leased the end of the lease
  std::string lease;                  // who holds it, empty: nobody
  model::RecordKey blocked_on;        // a record that must reach the target first; entity empty: none
  std::int64_t queued_at_ms = 0;
  std::string last_error;
};

/// A new id for the delivery of a state to a target: "<target>:<row_version>-<nonce hex>:<entity>:<externalId>". The
/// nonce tells two deliveries of the same state apart (a repair).
[[nodiscard]] std::string delivery_id(const OutboundRow& row, std::int64_t row_version, std::uint32_t nonce);
/// The target and the record that a delivery id names; nullopt for a text of another shape.
struct DeliveryName {
  std::string target;
  model::RecordKey key;
};
[[nodiscard]] std::optional<DeliveryName> delivery_name_of(std::string_view id);

/// Adds "the target must get this state of the record" to the batch; a row that is there already stands for it too.
void add_outbound(Session& session, const model::RecordKey& key, std::string_view target, std::int64_t row_version,
                  std::int64_t now_ms);
void flush_outbound(Session& session);
/// The same at once, but only where a delivery to the target is under way, which a newer state must then follow; gives
/// whether one is.
bool follow_outbound(Session& session, const model::RecordKey& key, std::string_view target, std::int64_t row_version);

/// Up to `limit` rows of `target` that are due, oldest first; none whose record has an open conflict of the target.
[[nodiscard]] std::vector<OutboundRow> due_outbound(Session& session, std::string_view target, std::int64_t now_ms,
                                                    int limit);
/// When the next row of `target` is due that due_outbound() would give; nullopt when there is none.
[[nodiscard]] std::optional<std::int64_t> next_due(Session& session, std::string_view target);
[[nodiscard]] std::optional<OutboundRow> load_outbound(Session& session, const model::RecordKey& key,
                                                       std::string_view target);
/// The ids of deliveries sent to `target` that may have made a row of `entity` there, and have no receipt yet.
[[nodiscard]] std::vector<std::string> unsettled_inserts(Session& session, std::string_view target,
                                                         std::string_view entity);
/// The rows of a record, by target.
[[nodiscard]] std::vector<OutboundRow> outbound_of(Session& session, const model::RecordKey& key);
/// Adds the whole row to the batch of writes (it must exist).
void add_outbound_update(Session& session, const OutboundRow& row);
void flush_outbound_updates(Session& session);
/// Adds a row to the batch of those that go.
void add_outbound_removal(Session& session, const model::RecordKey& key, std::string_view target);
void flush_outbound_removals(Session& session);
/// Ends every lease on deliveries of `target`: their holder is gone.
void drop_leases(Session& session, std::string_view target, std::int64_t now_ms);
/// Makes what waits at `target` for `key` due now; gives how many rows.
std::int64_t unblock_outbound(Session& session, std::string_view target, const model::RecordKey& key,
                              std::int64_t now_ms);
/// The same in a batch, without the number.
void add_unblocking(Session& session, std::string_view target, const model::RecordKey& key, std::int64_t now_ms);
void flush_unblockings(Session& session);
/// Rows under way per target, and when the oldest was queued.
struct OutboundDepth {
  std::string target;
  std::int64_t rows = 0;
  std::int64_t oldest_queued_at_ms = 0;
};
[[nodiscard]] std::vector<OutboundDepth> outbound_depths(Session& session);

/// A delivery that came to an end.
struct FinishedDelivery {
  model::RecordKey key;
  std::string target;
  std::string delivery_id;
  std::int64_t version = 0;
  std::string status;  // applied, unneeded, dead
  int attempts = 0;
  std::int64_t finished_at_ms = 0;
  std::string message;
};
void add_finished(Session& session, const FinishedDelivery& delivery);
void flush_finished(Session& session);
/// The finished deliveries of a record, newest first, at most `limit`.
[[nodiscard]] std::vector<FinishedDelivery> finished_of(Session& session, const model::RecordKey& key, int limit);
/// The finished delivery called `id`.
[[nodiscard]] std::optional<FinishedDelivery> load_finished(Session& session, const DeliveryName& name,
                                                            std::string_view id);

}  // namespace hub::store
