#include "tests/sim/hub_process.hpp"

#include "hub/store/outbound.hpp"
#include "hub/store/sources.hpp"
#include "hub/sync/computing.hpp"
#include "hub/sync/matching.hpp"

namespace tests::sim {

HubProcess::HubProcess(const hub::config::Config& config, hub::store::Store& store, const hub::base::Clock& clock,
                       hub::base::Rng& rng, int number,
                       const std::map<std::string, hub::plugin::SourceClient*>& clients,
                       std::function<void(const std::set<std::string>&)> woken,
                       const std::function<void(const std::string&)>& stale)
    : around{config, store, clock, rng},
      committer(around, std::move(woken)),
      deliveries(config, clock, rng),
      review(around, committer, deliveries),
      intake(config) {
  hub::sync::recompute_fields(around, committer);
  hub::sync::rebuild_match_keys(store, config);
  store.write([&](hub::store::Session& session) {
    hub::store::seed_priority(session, hub::sync::kSteward, 0);
    for (const hub::config::SourceConfig& source : config.sources)
      hub::store::seed_priority(session, source.name, source.priority);
    for (const auto& [name, client] : clients) hub::store::drop_leases(session, name, clock.now_ms());
  });
  for (const auto& [name, client] : clients)
    workers[name] = std::make_unique<Worker>(around, *config.source(name), *client, committer, deliveries,
                                             "hub " + std::to_string(number), [stale, name = name] { stale(name); });
}

}  // namespace tests::sim
