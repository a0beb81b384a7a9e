#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/dispatcher.hpp"
#include "hub/sync/intake.hpp"
#include "hub/sync/puller.hpp"
#include "hub/sync/review.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace tests::sim {

/// The two workers of a plugin source.
struct Worker {
  Worker(const hub::sync::Surroundings& around, const hub::config::SourceConfig& source,
         hub::plugin::SourceClient& client, hub::sync::Committer& committer, hub::sync::Deliveries& deliveries,
         const std::string& holder, std::function<void()> stale)
      : dispatcher(around, source, client, deliveries, holder, {std::move(stale), [this] { return puller.rounds(); }}),
        puller(around, source, client, committer) {}

  hub::sync::Dispatcher dispatcher;
  hub::sync::Puller puller;
};

/// One life of a hub: the objects of hub::sync as sync::Hub puts them together, without its threads. What is not in
/// the store ends with it.
class HubProcess {
 public:
  /// `number` counts the lives; `woken` and `stale` name the sources that have something to do.
  HubProcess(const hub::config::Config& config, hub::store::Store& store, const hub::base::Clock& clock,
             hub::base::Rng& rng, int number, const std::map<std::string, hub::plugin::SourceClient*>& clients,
             std::function<void(const std::set<std::string>&)> woken,
             const std::function<void(const std::string&)>& stale);

  hub::sync::Surroundings around;
  hub::sync::Committer committer;
  hub::sync::Deliveries deliveries;
  hub::sync::Review review;
  hub::sync::Intake intake;
  std::map<std::string, std::unique_ptr<Worker>> workers;
};

}  // namespace tests::sim
