#include "tests/sim/world.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/audit.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/timer.hpp"

#include <algorithm>

namespace tests::sim {

using namespace hub;
using std::chrono::milliseconds;

namespace {

constexpr int kDepth = 3;  // of people who wait for one another
constexpr milliseconds kAfterError{1'000};
constexpr milliseconds kQuiet{60'000};
constexpr int kPatience = 60;  // stretches of kQuiet until all must be quiet

}  // namespace

World::World(std::uint64_t seed, std::size_t kept_events, const std::string& store)
    : chance_(seed),
      trace_(clock_, kept_events),
      scenario_(make_scenario(chance_)),
      faults_(scenario_.faults),
      hub_rng_(seed + 1),
      around_{clock_,
              chance_,
              trace_,
              faults_,
              [this](int ms) {
                if (depth_ < kDepth) run_until(now() + ms);
              },
              [this](const std::string& what) { fail(what); }},
      place_(store),
      edits_left_(scenario_.edits) {
  base::set_log_sink([this](base::LogLevel, std::string_view component, std::string_view message) {
    trace_.say("hub", std::string(component) + ": " + std::string(message));
  });
  base::Failpoints::arm("");
  trace_.say("world", to_string(scenario_));
  for (const config::SourceConfig& source : scenario_.config.sources) {
    const Manners& manners = scenario_.manners.at(source.name);
    if (manners.connector)
      connectors_[source.name] = std::make_unique<Connector>(around_, scenario_.config, source, manners);
    else
      sources_[source.name] = std::make_unique<Source>(around_, scenario_.config, source, manners);
  }
  store_ = std::make_unique<store::Store>(store::StoreOptions{place_.location(), false}, clock_);
  add_actors();
  start_hub();
}

World::~World() {
  base::Failpoints::arm("");
  base::set_log_sink([](base::LogLevel, std::string_view, std::string_view) {});
}

std::int64_t World::now() const {
  return std::chrono::duration_cast<milliseconds>(clock_.monotonic().time_since_epoch()).count();
}

void World::fail(const std::string& what) {
  trace_.say("FAILURE", what);
  failures_.push_back(what);
}

void World::add(std::string name, bool of_hub, std::function<milliseconds()> act) {
  actors_.push_back(std::make_unique<Actor>());
  Actor& actor = *actors_.back();
  actor.name = std::move(name);
  actor.of_hub = of_hub;
  actor.act = std::move(act);
  actor.next_ms = now() + chance_.between(0, 500);
}

void World::add_actors() {
  const auto never = [] { return false; };
  for (const auto& [name, source] : sources_) {
    add("push " + name, true, [this, name = name, never] { return hub_->workers.at(name)->dispatcher.step(never); });
    add("pull " + name, true, [this, name = name, never] { return hub_->workers.at(name)->puller.step(never); });
  }
  for (const auto& [name, connector] : connectors_) {
    add("post " + name, true, [this, client = connector.get()] {
      client->post(*hub_);
      return milliseconds(client->idle() ? chance_.between(500, 3'000) : chance_.between(10, 1'000));
    });
    add("fetch " + name, true, [this, client = connector.get()] {
      client->fetch(*hub_);
      return milliseconds(chance_.between(500, 5'000));
    });
  }
  add("timer", true, [this] { return sync::release_due(hub_->around, hub_->committer); });
  add("people", false, [this] { return people_act(); });
  add("meddler", false, [this] { return meddle(); });
}

void World::start_hub() {
  std::map<std::string, plugin::SourceClient*> clients;
  for (const auto& [name, source] : sources_) clients[name] = source.get();
  hub_ = std::make_unique<HubProcess>(
      scenario_.config, *store_, clock_, hub_rng_, ++lives_, clients,
      [this](const std::set<std::string>& targets) {
        for (const std::string& target : targets) wake("push " + target);
      },
      [this](const std::string& name) { wake("pull " + name); });
  for (const auto& actor : actors_)
    if (actor->of_hub) actor->next_ms = now() + chance_.between(0, 200);
}

void World::crash(const std::string& where) {
  trace_.say("world", "the hub dies at " + where);
  base::Failpoints::arm("");
  hub_.reset();
  // The connections to a server end with the hub, whatever they were about; the file is opened anew now and then.
  if (chance_.percent(30) || store_->shared()) {
    store_.reset();
    store_ = std::make_unique<store::Store>(store::StoreOptions{place_.location(), false}, clock_);
  }
  check_audit("after a crash");
  clock_.advance(milliseconds(chance_.between(0, 5'000)));
  start_hub();
}

void World::wake(const std::string& name) {
  for (const auto& actor : actors_) {
    if (actor->name != name) continue;
    actor->woken = actor->busy;
    actor->next_ms = now();
  }
}

World::Actor* World::next_actor() {
  Actor* next = nullptr;
  for (const auto& actor : actors_)
    if (!actor->busy && (next == nullptr || actor->next_ms < next->next_ms)) next = actor.get();
  return next;
}

void World::act(Actor& actor) {
  struct Busy {
    explicit Busy(Actor& one) : actor(one) { actor.busy = true; }
    ~Busy() { actor.busy = actor.woken = false; }
    Actor& actor;
  } busy(actor);
  milliseconds pause = kAfterError;
  try {
    pause = actor.act();
  } catch (const std::exception& e) {
    trace_.say(actor.name, std::string("fails: ") + e.what());
  }
  if (!actor.woken) actor.next_ms = now() + std::max<std::int64_t>(pause.count(), 1);
}

void World::run_until(std::int64_t end_ms) {
  struct Deeper {
    explicit Deeper(int& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
    int& depth;
  };
  while (Actor* actor = next_actor()) {
    if (actor->next_ms > end_ms) break;
    if (actor->next_ms > now()) clock_.advance(milliseconds(actor->next_ms - now()));
    try {
      const Deeper deeper(depth_);
      act(*actor);
    } catch (const base::Crash& death) {
      if (depth_ > 0) throw;  // whoever waits for an answer of the hub is in the middle of it
      crash(death.at);
    }
  }
  if (end_ms > now()) clock_.advance(milliseconds(end_ms - now()));
}

void World::run_for(milliseconds time) { run_until(now() + time.count()); }

void World::live() {
  while (edits_left_ > 0 && failures_.empty()) run_for(milliseconds(5'000));
}

void World::calm_down() {
  calm_ = true;
  faults_ = {};
  base::Failpoints::arm("");
  trace_.say("world", "calms down");
  // What was put off while the clock was ahead is due when it has been there again.
  clock_.jump(milliseconds(most_ahead_ms_ - ahead_ms_));
  for (const auto& [name, source] : sources_) {
    source->come_back();
    store_->write([&, name = name](store::Session& session) { store::put_paused(session, name, false, ""); });
  }
}

std::string World::progress() {
  return read([&](store::Session& session) {
    std::string text;
    for (const store::Counter& counter : store::load_counters(session))
      if (counter.name != model::to_string(model::ChangeState::kNoChange) && counter.name != store::kAcknowledged &&
          counter.name != store::kEchoHub && counter.name != store::kEchoPlugin && counter.name != store::kJournalRows)
        text += counter.source + counter.name + std::to_string(counter.value) + " ";
    for (const auto& depth : store::outbound_depths(session)) text += depth.target + std::to_string(depth.rows) + " ";
    return text + std::to_string(store::count_waiting(session));
  });
}

void World::run_until_quiet() {
  std::string before;
  for (int i = 0; i < kPatience; ++i) {
    run_for(kQuiet);
    std::string after = progress();
    const bool idle =
        std::all_of(connectors_.begin(), connectors_.end(), [](const auto& c) { return c.second->idle(); });
    if (idle && after == before) return;
    before = std::move(after);
  }
  fail("it does not become quiet: " + before);
}

std::int64_t World::sum(std::string_view name) {
  return read([&](store::Session& session) {
    std::int64_t value = 0;
    for (const store::Counter& counter : store::load_counters(session))
      value += counter.name == name ? counter.value : 0;
    return value;
  });
}

void World::check_audit(std::string_view when) {
  for (const store::AuditFinding& finding : read([](store::Session& session) { return store::audit(session); }))
    fail("audit " + std::string(when) + ": " + finding.law + ": " + finding.subject + " should be " +
         std::to_string(finding.expected) + ", is " + std::to_string(finding.found));
}

}  // namespace tests::sim
