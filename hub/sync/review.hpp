#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/deliveries.hpp"
#include "hub/sync/refusal.hpp"
#include "hub/sync/ruling.hpp"

#include <string_view>

namespace hub::sync {

/// What people and connectors outside the hub decide. Each call is one transaction on the calling thread; `body` is a
/// request's JSON text. Throws StoreError.
class Review {
 public:
  Review(const Surroundings& hub, Committer& committer, Deliveries& deliveries)
      : hub_(hub), committer_(committer), deliveries_(deliveries) {}

  [[nodiscard]] Outcome edit(const model::RecordKey& key, std::string_view if_match, std::string_view body);
  /// `if_match`: the conflict's etag as it was shown, "*" for any; empty: 428. 409 with the conflict as it is now when
  /// it or its record moved on since.
  [[nodiscard]] Outcome resolve_conflict(std::string_view id, std::string_view if_match, std::string_view body);
  /// {"filter": {…}, "take", "fields"?, "apply": bool, "preview": token}: without `apply` what would happen, and the
  /// token of it; with it, settles what still is as that preview showed it, some thousands, in transactions of some
  /// hundreds each; `next`, until it is null, is the "cursor" with which the decision goes on.
  [[nodiscard]] Outcome resolve_conflicts(std::string_view body);
  /// {"take": "incoming" | "canonical"}: the field policies that would have decided so, each tried on past conflicts.
  [[nodiscard]] Outcome conflict_rule(std::string_view id, std::string_view body);
  [[nodiscard]] Outcome lease_outbound(const config::SourceConfig& source, int limit, int lease_s);
  [[nodiscard]] Outcome acknowledge(std::string_view body);
  [[nodiscard]] Outcome replay(std::string_view id, std::string_view body);
  [[nodiscard]] Outcome replay_all(std::string_view body);
  [[nodiscard]] Outcome discard(std::string_view id);
  [[nodiscard]] Outcome set_priority(const config::SourceConfig& source, std::string_view body);

 private:
  /// Settles an open conflict and closes it.
  Result settle(Transaction& transaction, store::ConflictRow& conflict, const Ruling& ruling,
                const resolve::Priorities& priorities);
  /// Links the change of a conflict about its identity to a record, or makes a record of it.
  Result settle_identity(Transaction& transaction, const store::ConflictRow& conflict, const Ruling& ruling);
  /// Applies the change of a reference cycle without the references, lets go what waited for it, and sets them then; or
  /// drops the change.
  Result settle_cycle(Transaction& transaction, const store::ConflictRow& conflict, const Ruling& ruling);
  Result replay_one(Transaction& transaction, const store::DeadLetter& letter,
                    const std::optional<model::Fields>& mended);

  const Surroundings hub_;
  Committer& committer_;
  Deliveries& deliveries_;
};

}  // namespace hub::sync
