#pragma once

#include "hub/store/retention.hpp"
#include "hub/sync/committer.hpp"
#include "hub/sync/refusal.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hub::sync {

/// What a step of pruning removed, or would remove.
struct Pruned {
  std::int64_t changes = 0;
  std::int64_t deliveries = 0;
  std::string next;  // where the next step begins; empty: all was looked at
};

/// Removes what `hub.retention` does not keep: old changes from the journal, with the conflicts that they were in, and
/// old finished deliveries. Reads outside the write lock, and holds that for a few hundred rows at a time. What it
/// removes is counted, and where it cuts the past of a record it leaves the state from which the rest goes on. Any
/// thread; two at once only do work twice.
class Pruner {
 public:
  explicit Pruner(const Surroundings& hub) : hub_(hub) {}

  /// Looks at the next part of the store, from `cursor` on (empty: from the start). nullopt for a cursor that no step
  /// gave. `dry_run`: only counts. Throws StoreError.
  [[nodiscard]] std::optional<Pruned> step(std::string_view cursor, bool dry_run);

 private:
  struct Plan;

  Pruned prune_journal(const std::string& source, std::int64_t seq, bool dry_run);
  Pruned prune_deliveries(const store::FinishedKey& after, bool dry_run);
  [[nodiscard]] store::OldChanges old(store::Session& session) const;
  Plan plan(store::Session& session, const std::string& source, std::int64_t seq, bool dry_run) const;
  std::int64_t carry_out(store::Session& session, const Plan& plan) const;

  const Surroundings hub_;
};

/// POST /api/prune, `body`: {"dryRun"?, "cursor"?}. One step.
[[nodiscard]] Outcome prune(Pruner& pruner, std::string_view body);

}  // namespace hub::sync
