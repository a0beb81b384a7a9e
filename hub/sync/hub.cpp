#include "hub/sync/hub.hpp"

#include "hub/base/log.hpp"
#include "hub/config/scalar.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/snapshots.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/brake.hpp"
#include "hub/sync/computing.hpp"
#include "hub/sync/curation.hpp"
#include "hub/sync/dispatcher.hpp"
#include "hub/sync/erasure.hpp"
#include "hub/sync/loop.hpp"
#include "hub/sync/matching.hpp"
#include "hub/sync/pruner.hpp"
#include "hub/sync/puller.hpp"
#include "hub/sync/reevaluation.hpp"
#include "hub/sync/review.hpp"
#include "hub/sync/timer.hpp"
#include "hub/sync/undo.hpp"

#include <unistd.h>

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kApproval = std::chrono::hours{1};
constexpr milliseconds kLongestApproval = std::chrono::hours{24 * 30};
constexpr milliseconds kPruneEvery{3'600'000};
constexpr int kPruneShare = 10;  // of the time, at most one part in so many goes into pruning

/// The two workers of a plugin source.
struct Worker {
  Worker(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
         Committer& committer, Deliveries& deliveries, const std::string& holder)
      : dispatcher(hub, source, client, deliveries, holder,
                   {[this] { pull_loop.wake(); }, [this] { return puller.rounds(); }}),
        puller(hub, source, client, committer),
        push_loop("source " + source.name, [this] { return dispatcher.step([this] { return push_loop.stopping(); }); }),
        pull_loop("source " + source.name, [this] { return puller.step([this] { return pull_loop.stopping(); }); }) {}

  Dispatcher dispatcher;
  Puller puller;
  Loop push_loop;
  Loop pull_loop;
};

}  // namespace

struct Hub::Impl {
  Impl(const config::Config& config, store::Store& store, Clients given, const base::Clock& clock, base::Rng& rng)
      : around{config, store, clock, rng},
        clients(std::move(given)),
        committer(around, [this](const std::set<std::string>& targets) { wake(targets); }),
        deliveries(config, clock, rng),
        review(around, committer, deliveries),
        intake(config),
        timer("timer", [this] { return release_due(around, committer); }),
        pruner(around),
        prune_loop("pruner", [this] { return prune(); }) {
    const std::string holder = "hub " + std::to_string(::getpid());
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

  void wake(const std::set<std::string>& targets) {
    for (const std::string& target : targets)
      if (const auto it = workers.find(target); it != workers.end()) it->second->push_loop.wake();
  }

  /// Looks at one part of the store after the other, with pauses, and then for an hour at none.
  milliseconds prune() {
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

  Outcome with_source(std::string_view name, const std::function<Outcome(const config::SourceConfig&)>& work) {
    const config::SourceConfig* source = around.config.source(name);
    return source == nullptr ? not_found("source " + std::string(name)) : work(*source);
  }

  Outcome with_worker(std::string_view name, const std::function<void(Worker&)>& work) {
    return with_source(name, [&](const config::SourceConfig& source) -> Outcome {
      const auto it = workers.find(source.name);
      if (it == workers.end()) return refused(409, "source " + source.name + " has no plugin that could pull");
      work(*it->second);
      return state_of(source, 202);
    });
  }

  Outcome state_of(const config::SourceConfig& source, int status = 200) {
    return around.store.read([&](store::Session& session) {
      model::JsonWriter json;
      write_source(json, session, source, store::outbound_depths(session));
      return View{status, json.take(), {}, 0};
    });
  }

  /// Every source, in one array.
  void write_sources(model::JsonWriter& json, store::Session& session) {
    json.begin_array();
    const auto depths = store::outbound_depths(session);
    for (const config::SourceConfig& source : around.config.sources) write_source(json, session, source, depths);
    json.end_array();
  }

  void write_source(model::JsonWriter& json, store::Session& session, const config::SourceConfig& source,
                    const std::vector<store::OutboundDepth>& depths) {
    const auto state = store::load_source_state(session, source.name);
    json.begin_object().member("name", source.name).member_or_null("plugin", source.plugin);
    json.key("priority");
    const resolve::Priorities priorities(store::load_priorities(session));
    json.number(priorities.of(source.name));
    json.member("paused", state.paused).member_or_null("pauseReason", state.pause_reason);
    json.member("repair", source.repair).key("entities").begin_array();
    for (const config::EntityMapping& mapping : source.entities) json.text(mapping.entity);
    json.end_array();
    std::int64_t pending = 0;
    std::int64_t oldest = 0;
    for (const store::OutboundDepth& depth : depths) {
      if (depth.target != source.name) continue;
      pending = depth.rows;
      oldest = depth.oldest_queued_at_ms;
    }
    json.member("pending", pending).time("oldestPendingAt", oldest);
    if (const auto it = workers.find(source.name); it != workers.end()) {
      json.member("breaker", it->second->dispatcher.breaker());
      json.time("lastPullAt", it->second->puller.last_success_ms());
    }
    json.member("heldDeletes", Brake(around, source, committer).held(session));
    if (const auto approval = store::load_delete_approval(session, source.name, around.clock.now_ms())) {
      json.key("deleteApproval").begin_object().member("max", approval->max);
      json.member("remaining", approval->remaining).time("until", approval->until_ms).end_object();
    }
    json.key("counters").begin_object();
    for (const store::Counter& counter : store::load_counters(session))
      if (counter.source == source.name) json.member(counter.name, counter.value);
    json.end_object().end_object();
  }

  Outcome pause(std::string_view name, bool paused, std::string_view reason) {
    return with_source(name, [&](const config::SourceConfig& source) -> Outcome {
      around.store.write([&](store::Session& session) { store::put_paused(session, source.name, paused, reason); });
      if (const auto it = workers.find(source.name); it != workers.end()) {
        it->second->push_loop.wake();
        it->second->pull_loop.wake();
      }
      return state_of(source);
    });
  }

  const Surroundings around;
  Clients clients;
  Committer committer;
  Deliveries deliveries;
  Review review;
  Intake intake;
  Loop timer;
  Pruner pruner;
  Loop prune_loop;
  std::string prune_cursor;  // of the loop's thread, as is what it has done since it began anew:
  std::int64_t purged_changes = 0;
  std::int64_t purged_deliveries = 0;
  std::map<std::string, std::unique_ptr<Worker>, std::less<>> workers;
};

Hub::Hub(const config::Config& config, store::Store& store, Clients clients, const base::Clock& clock, base::Rng& rng)
    : impl_(std::make_unique<Impl>(config, store, std::move(clients), clock, rng)) {}

Hub::~Hub() { stop(); }

void Hub::start() {
  Impl& hub = *impl_;
  hub.around.store.write([&](store::Session& session) {
    // What a plugin was pushing when this store was last used has lost its holder; connectors outside keep theirs.
    for (const auto& [name, worker] : hub.workers) store::drop_leases(session, name, hub.around.clock.now_ms());
  });
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
}

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

Outcome Hub::sources() {
  return impl_->around.store.read([&](store::Session& session) -> Outcome {
    model::JsonWriter json;
    json.begin_object().key("items");
    impl_->write_sources(json, session);
    return View{200, json.key("next").null().end_object().take(), {}, 0};
  });
}

Outcome Hub::source(std::string_view name) {
  return impl_->with_source(name,
                            [&](const config::SourceConfig& source) -> Outcome { return impl_->state_of(source); });
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
    json.end_object().key("sources");
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
Outcome Hub::set_priority(std::string_view source, std::string_view body) {
  return impl_->with_source(source, [&](const config::SourceConfig& s) { return impl_->review.set_priority(s, body); });
}

Outcome Hub::pause(std::string_view source, std::string_view body) {
  auto object = read_object(body, {"reason"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const std::string reason = text_of(std::get<model::Json>(object), "reason");
  return impl_->pause(source, true, reason.empty() ? "by a person" : reason);
}
Outcome Hub::resume(std::string_view source) { return impl_->pause(source, false, {}); }

Outcome Hub::pull(std::string_view source) {
  return impl_->with_worker(source, [](Worker& worker) { worker.pull_loop.wake(); });
}

Outcome Hub::resync(std::string_view source, std::string_view body) {
  auto object = read_object(body, {"snapshot"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const model::Json* member = std::get<model::Json>(object).find("snapshot");
  if (member != nullptr && member->kind != model::Json::Kind::kBoolean)
    return refused(400, "the body has errors", "/snapshot", "must be true or false");
  const bool asked = member != nullptr && member->text == "true";
  const auto client = impl_->clients.find(std::string(source));
  const plugin::Capabilities can =
      client == impl_->clients.end() ? plugin::Capabilities{} : client->second->capabilities();
  if (asked && client != impl_->clients.end() && !can.pull_snapshot)
    return refused(409, "the plugin of " + std::string(source) + " gives no snapshots");
  return impl_->with_worker(source, [&](Worker& worker) {
    impl_->around.store.write([&](store::Session& session) {
      if (!asked) {
        store::remove_cursors(session, source);
        store::forget_snapshot_rows(session, source);
      }
      for (const config::EntityMapping& mapping : impl_->around.config.source(source)->entities)
        if (asked || (can.pull_snapshot && !can.pull_delta))
          static_cast<void>(store::begin_snapshot(session, source, mapping.entity));
    });
    worker.pull_loop.wake();
  });
}

Outcome Hub::erase(const model::RecordKey& key, std::string_view if_match, std::string_view body) {
  return erase_record(impl_->around, impl_->committer, key, if_match, body);
}

Outcome Hub::prune(std::string_view body) { return sync::prune(impl_->pruner, body); }

Outcome Hub::approve_deletes(std::string_view source, std::string_view body) {
  auto object = read_object(body, {"max", "for"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  std::optional<std::int64_t> max;
  if (const model::Json* member = std::get<model::Json>(object).find("max")) {
    const auto number = config::quantity(config::Type::kInteger, member->text);
    if (member->kind != model::Json::Kind::kNumber || !number || *number < 1)
      return refused(400, "the body has errors", "/max", "must be a positive integer");
    max = static_cast<std::int64_t>(*number);
  }
  milliseconds lasting = kApproval;
  if (const model::Json* member = std::get<model::Json>(object).find("for")) {
    const auto ms = config::quantity(config::Type::kDuration, member->text);
    if (member->kind != model::Json::Kind::kString || !ms || *ms <= 0 || *ms > kLongestApproval.count())
      return refused(400, "the body has errors", "/for", "must be a duration of at most 30d, such as 30m or 1h");
    lasting = milliseconds{static_cast<std::int64_t>(*ms)};
  }
  return impl_->with_source(source, [&](const config::SourceConfig& held) -> Outcome {
    Brake brake(impl_->around, held, impl_->committer);
    const bool any = impl_->around.store.read([&](store::Session& session) { return brake.held(session) > 0; });
    if (!max && !any) return refused(409, "no deletes of " + held.name + " are held; approve of later ones with `max`");
    static_cast<void>(brake.approve(max, lasting));
    return impl_->state_of(held);
  });
}

}  // namespace hub::sync
