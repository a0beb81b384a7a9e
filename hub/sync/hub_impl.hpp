#pragma once

#include "hub/model/json_writer.hpp"
#include "hub/store/listener.hpp"
#include "hub/store/outbound.hpp"
#include "hub/sync/dispatcher.hpp"
#include "hub/sync/hub.hpp"
#include "hub/sync/leases.hpp"
#include "hub/sync/loop.hpp"
#include "hub/sync/pruner.hpp"
#include "hub/sync/puller.hpp"
#include "hub/sync/review.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hub::sync {

/// The two workers of a plugin source. They idle while another hub speaks for it.
struct Worker {
  Worker(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
         Committer& committer, Deliveries& deliveries, const std::string& holder);

  Dispatcher dispatcher;
  Puller puller;
  Loop push_loop;
  Loop pull_loop;
};

/// What a Hub is made of; for its own sources only.
struct Hub::Impl {
  Impl(const config::Config& config, store::Store& store, Clients given, const base::Clock& clock, base::Rng& rng);

  void wake(const std::set<std::string>& targets);
  /// Has the source pulled, by whichever hub speaks for it.
  void wake_pull(const std::string& source);
  /// Listens to the other hubs, for a while.
  std::chrono::milliseconds listen();
  void hear(std::string_view said);
  /// Which hub speaks for each source; empty where the store is not shared.
  static std::map<std::string, store::HubRow> owners(store::Session& session);
  /// Looks at one part of the store after the other, with pauses, and then for an hour at none.
  std::chrono::milliseconds prune();

  Outcome with_source(std::string_view name, const std::function<Outcome(const config::SourceConfig&)>& work);
  Outcome with_worker(std::string_view name, const std::function<void()>& work);
  Outcome state_of(const config::SourceConfig& source, int status = 200);
  /// Every source, in one array.
  void write_sources(model::JsonWriter& json, store::Session& session);
  void write_source(model::JsonWriter& json, store::Session& session, const config::SourceConfig& source,
                    const std::vector<store::OutboundDepth>& depths,
                    const std::map<std::string, store::HubRow>& owners);
  Outcome pause(std::string_view name, bool paused, std::string_view reason);

  Leases leases;
  const Surroundings around;
  Clients clients;
  Committer committer;
  Deliveries deliveries;
  Review review;
  Intake intake;
  Loop timer;
  Pruner pruner;
  Loop prune_loop;
  Loop lease_loop;
  Loop keep_loop;
  std::unique_ptr<store::Listener> listener;  // of its loop's thread
  Loop listen_loop;
  std::string prune_cursor;  // of the loop's thread, as is what it has done since it began anew:
  std::int64_t purged_changes = 0;
  std::int64_t purged_deliveries = 0;
  std::map<std::string, std::unique_ptr<Worker>, std::less<>> workers;
};

}  // namespace hub::sync
