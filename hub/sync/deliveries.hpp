#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"
#include "hub/config/config.hpp"
#include "hub/model/record.hpp"
#include "hub/plugin/source_client.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/sources.hpp"
#include "hub/sync/payload.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::sync {

/// Time for the pull that brings what a target has done by itself.
inline constexpr std::int64_t kAfterPullMs = 500;

/// A delivery handed to a connector under a lease.
struct Delivery {
  std::string id;
  model::RecordKey key;
  model::Op op = model::Op::kUpsert;
  std::string native_id;          // empty: the target has no such record that the hub knows of
  std::string source_etag;        // the target's version of it that the hub last heard of
  std::int64_t version = 0;       // canonical
  std::int64_t base_version = 0;  // the version last agreed with the target
  model::Fields fields;           // the record's state as mapped for the target, hub names, references in its own ids
  model::Fields changed;          // those of them that the target is not known to hold already
  bool known = false;             // the target holds the record
  int attempt = 1;
  std::int64_t lease_until_ms = 0;
};

/// What came of a delivery (SEMANTICS 1, receipt). Statuses that SEMANTICS 9 has no word for map to retry.
struct Receipt {
  std::string delivery_id;
  plugin::Status status = plugin::Status::kRetry;
  std::string native_id;
  std::string source_etag;
  std::optional<model::Fields> fields;  // what the target really holds, hub names; absent: what was sent
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after;
};

/// T2 and the claim before it: deliveries leave the queue under a lease and come back as receipts (SEMANTICS 8).
/// Any thread; both functions run inside Store::write().
class Deliveries {
 public:
  Deliveries(const config::Config& config, const base::Clock& clock, base::Rng& rng)
      : config_(config), clock_(clock), rng_(rng) {}

  /// Claims up to `limit` due deliveries of `target` for `lease`, oldest first, deletes behind the rest. Left where
  /// they are: those whose references have not reached the target, those of a record with an open conflict of the
  /// target, and those that the fuse holds. `holder` names who claims; a receipt of another holder than the row's is
  /// not taken.
  [[nodiscard]] std::vector<Delivery> claim(store::Session& session, std::string_view target, int limit,
                                            std::chrono::milliseconds lease, std::string_view holder);

  /// What settle() made of a receipt.
  enum class Settled : std::uint8_t { kDone, kRetried, kDead, kPaused, kRepeat, kUnknown };
  /// Records receipts of one target; a repeat changes nothing. `holder` empty: the lease is not checked (a connector
  /// outside the hub answers for its deliveries by their id alone).
  [[nodiscard]] std::vector<Settled> settle(store::Session& session, std::string_view target,
                                            const std::vector<Receipt>& receipts, std::string_view holder);
  /// Asks for what settle() will read (store::Session::read_ahead).
  static void read_ahead(store::Session& session, const std::string& target, const std::vector<Receipt>& receipts);
  /// Gives claimed deliveries back untouched: nothing was sent.
  void give_back(store::Session& session, const std::vector<Delivery>& deliveries);

 private:
  /// What fill() will read.
  void read_ahead(store::Session& session, const config::SourceConfig& source,
                  const std::vector<store::OutboundRow>& rows) const;
  bool fill(store::Session& session, const config::SourceConfig& source, store::OutboundRow& row, Delivery& delivery);
  /// Before anything else of a record: the insert of it that died in doubt (doubt.hpp), under its id; what the row was
  /// queued for follows. And what was to change another row than the record has now is no repeat any more.
  void ask_first(store::Session& session, const config::SourceConfig& source, const model::Record& record,
                 const model::Link* link, store::OutboundRow& row);
  /// Puts the references into the target's own ids. False when one has not reached the target; of a repeat, what was
  /// sent then is sent again.
  bool ready(store::Session& session, const config::SourceConfig& source, const config::EntityMapping& mapping,
             store::OutboundRow& row, model::Fields& fields, Payload& payload);
  /// What refers to a record leaves it, or goes, before the record does.
  void put_deletes_last(std::vector<Delivery>& deliveries) const;
  std::uint32_t nonce() { return static_cast<std::uint32_t>(rng_.next()); }
  bool fuse_blows(const config::SourceConfig& source, store::OutboundRow& row);
  Settled settle_one(store::Session& session, const config::SourceConfig& source, const Receipt& receipt,
                     std::string_view holder);
  void agree(store::Session& session, store::OutboundRow& row, const Receipt& receipt);
  /// The row there has this id now; another record that had it has no row any more.
  void take_native_id(store::Session& session, const store::OutboundRow& row, const std::string& native_id);
  /// Of a row that is not there: the hub's own delete and what the source told of it had crossed (agree()), and this
  /// says that the delete came last.
  void give_up_row(store::Session& session, const store::OutboundRow& row);
  void finish(store::Session& session, store::OutboundRow& row, std::string_view status, std::string_view counter,
              const std::string& message);
  /// `unanswered`: the attempts that may have written, although no receipt says so.
  void bury(store::Session& session, store::OutboundRow& row, const std::string& reason, int unanswered);

  const config::Config& config_;
  const base::Clock& clock_;
  base::Rng& rng_;
  store::Counts counts_;    // guarded by the store's write lock, like everything that claim() and settle() touch
  store::Present present_;  // in this transaction
  std::set<std::pair<std::string, std::string>> named_;  // native ids, by entity, of links that are not written yet
  std::int64_t fuse_minute_ = 0;
  std::map<std::pair<std::string, model::RecordKey>, int> fuse_writes_;  // of that minute, by target and record
};

}  // namespace hub::sync
