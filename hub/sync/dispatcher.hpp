#pragma once

#include "hub/plugin/source_client.hpp"
#include "hub/sync/committer.hpp"
#include "hub/sync/deliveries.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hub::sync {

/// Pushes one plugin source's deliveries: claim, push outside any transaction, settle (SEMANTICS 8). One step is one
/// batch; steps of one dispatcher run one after the other. Sources share nothing but the store.
class Dispatcher {
 public:
  /// What it needs of the source's puller.
  struct Pulling {
    std::function<void()> wake;            // the source has an edit that must be pulled first
    std::function<std::int64_t()> rounds;  // how many have come to their end without an error
  };
  /// `holder` names this process's claims.
  Dispatcher(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
             Deliveries& deliveries, std::string holder, Pulling pulling);

  /// Pushes what is due, at most one batch; gives how long nothing more will be. `epoch` is that of the source's lease
  /// (Leases): nothing is claimed and no receipt kept when another hub has it by then (StoreError kFenced).
  [[nodiscard]] std::chrono::milliseconds step(const plugin::Cancelled& cancelled, std::int64_t epoch = 0);

  /// "closed", "open" (no calls until it half-opens) or "half-open". Any thread.
  [[nodiscard]] std::string_view breaker() const;

 private:
  std::chrono::milliseconds allowance();
  std::vector<plugin::PushItem> items_of(const std::vector<Delivery>& deliveries);
  std::vector<Receipt> receipts_of(const std::vector<Delivery>& deliveries,
                                   std::vector<plugin::PushResult>&& results) const;
  void watch(const std::vector<Receipt>& receipts);
  /// The version of the record that the source must still have when it is written.
  std::string expected_etag(const Delivery& delivery);
  void note_stale(const std::vector<Delivery>& deliveries, const std::vector<Receipt>& receipts);
  /// What the source said while no hub had its lease is older than what the hub would write now, and must not seem to
  /// be an answer to it: the first round of pulls comes first. Where the store is not shared (epoch 0) there is no such
  /// time.
  bool is_to_be_heard_first(std::int64_t epoch);
  std::chrono::milliseconds until_due(store::Session& session) const;

  const Surroundings hub_;
  const config::SourceConfig& source_;
  plugin::SourceClient& client_;
  Deliveries& deliveries_;
  const std::string holder_;
  const Pulling pulling_;
  /// A version that the hub did not know, and after which round of pulls the source has told all that led to it. When
  /// nothing was told of the record by then, the version is of a write of the hub's own whose receipt was lost.
  struct Found {
    std::string expected;
    std::string etag;
    std::int64_t told_by_round = 0;
  };
  std::map<model::RecordKey, Found> found_;
  struct Heard {
    std::int64_t epoch = 0;
    std::int64_t rounds = 0;
    std::chrono::steady_clock::time_point since;
  };
  std::optional<Heard> heard_;  // when this hub began to speak for the source
  bool unsettled_ =
      false;  // a step failed: what it had claimed is not under way, and must not wait for its claim's end
  std::atomic<int> failures_{0};                // calls in a row in which nothing worked
  std::atomic<std::int64_t> open_until_ms_{0};  // monotonic
  double tokens_ = 0;                           // of the rate limit
  std::chrono::steady_clock::time_point refilled_{};
};

}  // namespace hub::sync
