#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/deliveries.hpp"
#include "hub/sync/refusal.hpp"

#include <string_view>

namespace hub::sync {

/// What people and connectors outside the hub decide. Each call is one transaction on the calling thread; `body` is a
/// request's JSON text. Throws StoreError.
class Review {
 public:
  Review(const Surroundings& hub, Committer& committer, Deliveries& deliveries)
      : hub_(hub), committer_(committer), deliveries_(deliveries) {}

  [[nodiscard]] Outcome edit(const model::RecordKey& key, std::string_view if_match, std::string_view body);
  [[nodiscard]] Outcome resolve_conflict(std::string_view id, std::string_view if_match, std::string_view body);
  [[nodiscard]] Outcome lease_outbound(const config::SourceConfig& source, int limit, int lease_s);
  [[nodiscard]] Outcome acknowledge(std::string_view body);
  [[nodiscard]] Outcome replay(std::string_view id, std::string_view body);
  [[nodiscard]] Outcome replay_all(std::string_view body);
  [[nodiscard]] Outcome discard(std::string_view id);
  [[nodiscard]] Outcome set_priority(const config::SourceConfig& source, std::string_view body);

 private:
  Result edit_record(Transaction& transaction, const model::RecordKey& key, model::Op op, const model::Fields& fields);
  /// Links the change of a conflict about its identity to `external_id`, or makes a record of it. Throws Undone.
  Result settle_identity(Transaction& transaction, store::ConflictRow& conflict, const std::string& take,
                         const std::string& external_id);
  Result replay_one(Transaction& transaction, const store::DeadLetter& letter,
                    const std::optional<model::Fields>& mended);

  const Surroundings hub_;
  Committer& committer_;
  Deliveries& deliveries_;
};

}  // namespace hub::sync
