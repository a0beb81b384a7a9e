#include "hub/sync/hub.hpp"

#include "hub/base/log.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/computing.hpp"
#include "hub/sync/curation.hpp"
#include "hub/sync/erasure.hpp"
#include "hub/sync/hub_impl.hpp"
#include "hub/sync/matching.hpp"
#include "hub/sync/reevaluation.hpp"
#include "hub/sync/timer.hpp"
#include "hub/sync/undo.hpp"

#include <unistd.h>

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPruneEvery{3'600'000};
constexpr int kPruneShare = 10;  // of the time, at most one part in so many goes into pruning
constexpr milliseconds kNotOurs{500};
constexpr milliseconds kPoll{2'000};  // in case a call of another hub was not heard
constexpr milliseconds kHear{500};
constexpr std::string_view kUpkeep = "@upkeep";  // what one of the hubs does for all: no source can have that name

/// What is shared out among the hubs.
std::vector<std::string> shared_out(const config::Config& config, const Clients& clients) {
  std::vector<std::string> names{std::string(kUpkeep)};
  for (const config::SourceConfig& source : config.sources)
    if (clients.contains(source.name)) names.push_back(source.name);
  return names;
}

/// One step of a loop that works for `name`, while this hub may.
template <class Step>
milliseconds if_ours(const Surroundings& hub, std::string_view name, Step&& step) {
  const Leases::Use use = hub.leases->use(name);
  const auto epoch = hub.leases->epoch(name);
  if (!epoch) return kNotOurs;
  const milliseconds pause = step(*epoch);
  return *epoch == 0 ? pause : std::min(pause, kPoll);
}

}  // namespace

Worker::Worker(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
               Committer& committer, Deliveries& deliveries, const std::string& holder)
    : dispatcher(hub, source, client, deliveries, holder,
                 {[this] { pull_loop.wake(); }, [this] { return puller.rounds(); }}),
      puller(hub, source, client, committer),
      push_loop("source " + source.name,
                [this, hub, name = source.name] {
                  return if_ours(hub, name, [&](std::int64_t epoch) {
                    return dispatcher.step([&] { return push_loop.stopping() || !hub.leases->epoch(name); }, epoch);
                  });
                }),
      pull_loop("source " + source.name, [this, hub, name = source.name] {
        return if_ours(hub, name, [&](std::int64_t epoch) {
          return puller.step([&] { return pull_loop.stopping() || !hub.leases->epoch(name); }, epoch);
        });
      }) {}

Hub::Impl::Impl(const config::Config& config, store::Store& store, Clients given, const base::Clock& clock,
                base::Rng& rng)
    : leases(store, clock, shared_out(config, given),
             {store.hub(), config.hub.name, {}, clock.now_ms(), clock.now_ms()}),
      around{config, store, clock, rng, &leases},
      clients(std::move(given)),
      committer(around, [this](const std::set<std::string>& targets) { wake(targets); }),
      deliveries(config, clock, rng),
      review(around, committer, deliveries),
      intake(config),
      timer(
          "timer",
          [this] { return if_ours(around, kUpkeep, [this](std::int64_t) { return release_due(around, committer); }); }),
      pruner(around),
      prune_loop("pruner", [this] { return prune(); }),
      lease_loop("leases", [this] { return leases.renew(); }),
      keep_loop("leases", [this] { return leases.keep(); }),
      listen_loop("other hubs", [this] { return listen(); }) {
  const std::string holder = store.shared() ? store.hub() : "hub " + std::to_string(::getpid());
  for (const config::SourceConfig& source : config.sources)
    if (const auto it = clients.find(source.name); it != clients.end())
      workers[source.name] = std::make_unique<Worker>(around, source, *it->second, committer, deliveries, holder);
  recompute_fields(around, committer);
  rebuild_match_keys(store, config);
  store.write([&](store::Session& session) {
    store::seed_priority(session, kSteward, 0);
    for (const config::SourceConfig& source : config.sources)
      store::seed_priority(session, source.name, source.priority);
  });
}

void Hub::Impl::wake(const std::set<std::string>& targets) {
  for (const std::string& target : targets)
    if (const auto it = workers.find(target); it != workers.end()) it->second->push_loop.wake();
}

void Hub::Impl::wake_pull(const std::string& source) {
  if (const auto it = workers.find(source); it != workers.end()) it->second->pull_loop.wake();
  if (leases.is_elsewhere(source))
    around.store.write([&](store::Session& session) { store::call_hubs(session, call_to_pull(source)); });
}

milliseconds Hub::Impl::listen() {
  if (!listener) listener = std::make_unique<store::Listener>(around.store.location());
  try {
    for (const std::string& said : listener->wait(kHear)) hear(said);
  } catch (const store::StoreError&) {
    listener.reset();
    throw;
  }
  return milliseconds{0};
}

void Hub::Impl::hear(std::string_view said) {
  for (const auto& [name, worker] : workers) {
    if (said == call_to_push(name)) worker->push_loop.wake();
    if (said == call_to_pull(name)) worker->pull_loop.wake();
  }
}

std::map<std::string, store::HubRow> Hub::Impl::owners(store::Session& session) {
  std::map<std::string, store::HubRow> owners;
  const auto hubs = store::live_hubs(session, Leases::kLease * 2);
  for (const store::LeaseRow& lease : store::load_leases(session))
    for (const store::HubRow& hub : hubs)
      if (lease.held && lease.hub == hub.id) owners[lease.source] = hub;
  return owners;
}

milliseconds Hub::Impl::prune() {
  if (!leases.epoch(kUpkeep)) return kNotOurs;
  const auto started = around.clock.monotonic();
  const Pruned pruned = pruner.step(prune_cursor, false).value_or(Pruned{});
  prune_cursor = pruned.next;
  purged_changes += pruned.changes;
  purged_deliveries += pruned.deliveries;
  if (!prune_cursor.empty())
    return std::chrono::ceil<milliseconds>((around.clock.monotonic() - started) * (kPruneShare - 1));
  if (purged_changes + purged_deliveries > 0)
    base::log(base::LogLevel::kInfo, "pruner",
              "purged " + std::to_string(purged_changes) + " changes and " + std::to_string(purged_deliveries) +
                  " finished deliveries");
  purged_changes = purged_deliveries = 0;
  return kPruneEvery;
}

Hub::Hub(const config::Config& config, store::Store& store, Clients clients, const base::Clock& clock, base::Rng& rng)
    : impl_(std::make_unique<Impl>(config, store, std::move(clients), clock, rng)) {}

Hub::~Hub() { stop(); }

void Hub::start() {
  Impl& hub = *impl_;
  if (hub.around.store.shared()) {
    static_cast<void>(hub.leases.renew());
    hub.lease_loop.start();
    hub.keep_loop.start();
    hub.listen_loop.start();
  } else {
    hub.around.store.write([&](store::Session& session) {
      // What a plugin was pushing when this store was last used has lost its holder; connectors outside keep theirs.
      for (const auto& [name, worker] : hub.workers) store::drop_leases(session, name, hub.around.clock.now_ms());
    });
  }
  hub.committer.start();
  hub.timer.start();
  hub.prune_loop.start();
  for (const auto& [name, worker] : hub.workers) {
    if (!hub.around.config.hub.shadow) worker->push_loop.start();
    worker->pull_loop.start();
  }
}

void Hub::stop() {
  Impl& hub = *impl_;
  for (const auto& [name, worker] : hub.workers) {
    worker->pull_loop.stop();
    worker->push_loop.stop();
  }
  hub.prune_loop.stop();
  hub.timer.stop();
  hub.committer.stop();
  hub.listen_loop.stop();
  hub.lease_loop.stop();
  hub.keep_loop.stop();
  try {
    hub.leases.end();
  } catch (const store::StoreError& e) {  // they run out by themselves
    base::log(base::LogLevel::kWarning, "leases", e.what());
  }
}

void Hub::set_url(const std::string& url) { impl_->leases.set_url(url); }

std::variant<Submission, Refusal> Hub::read_change(std::string_view body) const {
  return impl_->intake.read(body, impl_->around.clock.now_ms());
}

bool Hub::submit(std::vector<Submission> changes, std::function<void(std::vector<Result>&&)> done) {
  return impl_->committer.submit(std::move(changes), std::move(done));
}

Refusal Hub::overloaded() { return {429, "too many changes are waiting for a commit; nothing was stored", {}, {}, 1}; }

Outcome Hub::records(std::string_view entity, bool deleted, const Page& page) {
  return impl_->around.store.read([&](store::Session& s) { return view_records(s, entity, deleted, page); });
}
Outcome Hub::record(const model::RecordKey& key, std::string_view at) {
  return impl_->around.store.read(
      [&](store::Session& s) { return at.empty() ? view_record(s, key) : view_record_at(s, key, at); });
}
Outcome Hub::explain(const model::RecordKey& key, std::string_view field) {
  return impl_->around.store.read(
      [&](store::Session& s) { return view_explanation(s, impl_->around.config, key, field); });
}

Outcome Hub::history(const model::RecordKey& key, std::string_view at, const Page& page) {
  return impl_->around.store.read([&](store::Session& s) { return view_history(s, key, at, page); });
}
Outcome Hub::conflicts(const ConflictQuery& query, const Page& page) {
  return impl_->around.store.read([&](store::Session& s) { return view_conflict_query(s, query, page); });
}
Outcome Hub::conflict(std::string_view id) {
  return impl_->around.store.read([&](store::Session& s) { return view_conflict(s, id); });
}
Outcome Hub::waiting(const Page& page) {
  return impl_->around.store.read([&](store::Session& s) { return view_waiting(s, page); });
}
Outcome Hub::holds(const Page& page) {
  return impl_->around.store.read([&](store::Session& s) { return view_holds(s, page); });
}
Outcome Hub::runs(std::string_view source, const Page& page) {
  return impl_->with_source(source, [&](const config::SourceConfig& known) {
    return impl_->around.store.read([&](store::Session& s) { return view_runs(s, known.name, page); });
  });
}
Outcome Hub::dead_letters(std::string_view source, const Page& page) {
  return impl_->around.store.read([&](store::Session& s) { return view_dead_letters(s, source, page); });
}
Outcome Hub::dead_letter(std::string_view id) {
  return impl_->around.store.read([&](store::Session& s) { return view_dead_letter(s, id); });
}

Outcome Hub::status() {
  return impl_->around.store.read([&](store::Session& session) -> Outcome {
    std::map<std::string, std::int64_t> sums;
    for (const store::Counter& counter : store::load_counters(session)) sums[counter.name] += counter.value;
    model::JsonWriter json;
    json.begin_object().member("name", impl_->around.config.hub.name);
    json.member("openConflicts", store::count_open_conflicts(session));
    json.member("waiting", store::count_waiting(session)).member("deadLetters", store::count_dead_letters(session));
    json.key("counters").begin_object();
    for (const auto& [name, sum] : sums) json.member(name, sum);
    json.end_object().key("hubs").begin_array();
    for (const store::HubRow& hub : store::live_hubs(session, Leases::kLease * 2))
      json.begin_object()
          .member("id", hub.id)
          .member("name", hub.name)
          .member("url", hub.url)
          .time("startedAt", hub.started_at_ms)
          .time("seenAt", hub.seen_at_ms)
          .end_object();
    json.end_array().key("sources");
    impl_->write_sources(json, session);
    return View{200, json.end_object().take(), {}, 0};
  });
}

Outcome Hub::ready() {
  const store::Store& store = impl_->around.store;
  if (!store.healthy()) return refused(503, "a write of the store failed; the hub must be restarted");
  const bool durable = impl_->around.config.hub.durable;
  return View{200,
              model::JsonWriter()
                  .begin_object()
                  .member("status", "ready")
                  .member("durability", durable ? "full" : "relaxed")
                  .member("shadow", impl_->around.config.hub.shadow)
                  .end_object()
                  .take(),
              {},
              0};
}

Outcome Hub::edit(const model::RecordKey& key, std::string_view if_match, std::string_view body) {
  return impl_->review.edit(key, if_match, body);
}
Outcome Hub::merge(const model::RecordKey& key, std::string_view if_match, std::string_view body) {
  return merge_records(impl_->committer, key, if_match, body);
}
Outcome Hub::unmerge(const model::RecordKey& key) { return unmerge_record(impl_->committer, key); }
Outcome Hub::hold(const model::RecordKey& key, std::string_view body) {
  return hold_record(impl_->committer, impl_->around.config, key, body);
}
Outcome Hub::release(const model::RecordKey& key, std::string_view field) {
  return release_record(impl_->committer, key, field);
}
Outcome Hub::undo(std::string_view body) { return sync::undo(impl_->around, impl_->committer, body); }
Outcome Hub::reevaluate(std::string_view body) { return resync_page(impl_->committer, impl_->around.config, body); }
Outcome Hub::resolve_conflict(std::string_view id, std::string_view if_match, std::string_view body) {
  return impl_->review.resolve_conflict(id, if_match, body);
}
Outcome Hub::resolve_conflicts(std::string_view body) { return impl_->review.resolve_conflicts(body); }
Outcome Hub::conflict_rule(std::string_view id, std::string_view body) { return impl_->review.conflict_rule(id, body); }
Outcome Hub::lease_outbound(std::string_view source, int limit, int lease_s) {
  return impl_->with_source(source, [&](const config::SourceConfig& s) -> Outcome {
    if (impl_->around.config.hub.shadow) return refused(409, "this is a shadow run (hub.shadow): nothing is delivered");
    if (!s.plugin.empty()) return refused(409, "the deliveries of " + s.name + " go through its plugin");
    return impl_->review.lease_outbound(s, limit, lease_s);
  });
}
Outcome Hub::acknowledge(std::string_view body) { return impl_->review.acknowledge(body); }
Outcome Hub::replay(std::string_view id, std::string_view body) { return impl_->review.replay(id, body); }
Outcome Hub::replay_all(std::string_view body) { return impl_->review.replay_all(body); }
Outcome Hub::discard(std::string_view id) { return impl_->review.discard(id); }
Outcome Hub::erase(const model::RecordKey& key, std::string_view if_match, std::string_view body) {
  return erase_record(impl_->around, impl_->committer, key, if_match, body);
}

Outcome Hub::prune(std::string_view body) { return sync::prune(impl_->pruner, body); }

}  // namespace hub::sync
