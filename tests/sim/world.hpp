#pragma once

#include "hub/store/store.hpp"
#include "hub/store/waiting.hpp"
#include "tests/sim/connector.hpp"
#include "tests/sim/hub_process.hpp"
#include "tests/sim/source.hpp"
#include "tests/sim/surroundings.hpp"
#include "tests/support/store_place.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tests::sim {

/// A hub, its sources and the people around them, on one thread and in virtual time. Whoever acts says when he wants
/// to act again; while somebody waits for an answer the others go on.
class World {
 public:
  World(std::uint64_t seed, std::size_t kept_events, const std::string& store);
  ~World();

  /// Lets everything happen that the scenario has, faults included.
  void live();
  /// No faults from here on, and nobody edits: only what is under way ends.
  void calm_down();
  /// Runs until nothing happens any more; notes a broken promise when that does not come.
  void run_until_quiet();
  /// Lets `time` pass.
  void run_for(std::chrono::milliseconds time);

  /// A person looks at what is open: settles the conflicts, approves of held deletes, replays what is dead.
  /// Gives whether there was anything to do.
  bool settle_everything();
  /// The sources are told from the start again.
  void tell_again();

  template <class Body>
  auto read(Body&& body) {
    return store_->read(body);
  }
  /// The sum of a counter over all sources.
  std::int64_t sum(std::string_view counter);
  void check_audit(std::string_view when);
  void fail(const std::string& what);

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const std::map<std::string, std::unique_ptr<Source>>& sources() const { return sources_; }
  [[nodiscard]] const std::map<std::string, std::unique_ptr<Connector>>& connectors() const { return connectors_; }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
  [[nodiscard]] Trace& trace() { return trace_; }
  /// The dead changes that a person has discarded.
  [[nodiscard]] const std::vector<hub::store::DeadLetter>& given_up() const { return given_up_; }
  /// How often a person had something sent again.
  [[nodiscard]] int replays() const { return replays_; }

 private:
  struct Actor {
    std::string name;
    bool of_hub = false;                             // there is none while the hub is down
    std::function<std::chrono::milliseconds()> act;  // gives when to act again
    std::int64_t next_ms = 0;
    bool busy = false;
    bool woken = false;
  };

  void add_actors();
  void add(std::string name, bool of_hub, std::function<std::chrono::milliseconds()> act);
  void run_until(std::int64_t end_ms);
  Actor* next_actor();
  void act(Actor& actor);
  void wake(const std::string& actor);
  void start_hub();
  void crash(const std::string& where);
  void arm();
  /// One thing that an administrator or the machine does.
  std::chrono::milliseconds meddle();
  std::chrono::milliseconds people_act();
  bool settle_conflicts();
  std::string progress();
  [[nodiscard]] std::int64_t now() const;

  support::FakeClock clock_;
  Chance chance_;
  Trace trace_;
  const Scenario scenario_;
  Faults faults_;
  hub::base::SeededRng hub_rng_;
  const Surroundings around_;
  const support::StorePlace place_;
  std::unique_ptr<hub::store::Store> store_;
  std::map<std::string, std::unique_ptr<Source>> sources_;
  std::map<std::string, std::unique_ptr<Connector>> connectors_;
  std::unique_ptr<HubProcess> hub_;
  std::vector<std::unique_ptr<Actor>> actors_;
  std::vector<std::string> failures_;
  std::int64_t ahead_ms_ = 0;       // how far the machine's clock is from where it began, by all jumps …
  std::int64_t most_ahead_ms_ = 0;  // … and how far it ever was
  std::vector<hub::store::DeadLetter> given_up_;
  int depth_ = 0;
  int lives_ = 0;
  int replays_ = 0;
  int edits_left_ = 0;
  bool calm_ = false;
};

}  // namespace tests::sim
