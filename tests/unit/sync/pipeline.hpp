#pragma once

#include "hub/store/audit.hpp"
#include "hub/sync/committer.hpp"
#include "hub/sync/deliveries.hpp"
#include "hub/sync/intake.hpp"
#include "hub/sync/review.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/store_place.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <vector>

namespace tests {

/// The pipeline over a real store, driven step by step on the calling thread with a clock that stands still.
/// Sources CRM 1, ERP 2, Portal 3, LocalDB 4; entities client and order (order.clientId references client).
class Pipeline {
 public:
  explicit Pipeline(hub::config::Config config = reference_config(), bool durable = true);
  ~Pipeline();

  static hub::config::Config reference_config();

  /// Posts a body as POST /api/sync would; the answer with its status as member "http".
  nlohmann::json post(const nlohmann::json& body);
  /// Submits what a plugin would tell, in one transaction.
  std::vector<hub::sync::Result> pulled(const std::vector<hub::sync::Submission>& changes);
  nlohmann::json json_of(const hub::sync::Outcome& outcome);

  nlohmann::json record(const std::string& entity, const std::string& id);
  std::vector<hub::sync::Delivery> claim(const std::string& target, int limit = 100);
  hub::sync::Deliveries::Settled settle(const std::string& target, const hub::sync::Receipt& receipt);
  /// Claims and applies until nothing is due at any source; gives how many were applied.
  int drain();
  std::int64_t counter(const std::string& source, const std::string& name);

  hub::config::Config config;
  support::FakeClock clock;
  hub::base::SeededRng rng{1};
  support::StorePlace place;
  hub::store::Store store;
  hub::sync::Surroundings around;
  std::set<std::string> woken;
  hub::sync::Committer committer;
  hub::sync::Deliveries deliveries;
  hub::sync::Review review;
};

}  // namespace tests
