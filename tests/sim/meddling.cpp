// What people and the machine do beside the sources' own work.
#include "hub/base/failpoint.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/records.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/brake.hpp"
#include "tests/sim/words.hpp"
#include "tests/sim/world.hpp"

namespace tests::sim {

using namespace hub;
using std::chrono::milliseconds;

milliseconds World::people_act() {
  if (calm_ || edits_left_ <= 0) return milliseconds(60'000);
  --edits_left_;
  const std::string name = chance_.pick(scenario_.config.sources).name;
  const bool purges = chance_.percent(faults_.mass_deletes) && chance_.percent(20);
  if (const auto source = sources_.find(name); source != sources_.end())
    purges ? source->second->purge() : source->second->edit();
  else
    purges ? connectors_.at(name)->purge() : connectors_.at(name)->edit();
  return milliseconds(chance_.percent(30) ? chance_.between(0, 50) : chance_.between(100, 6'000));
}

void World::arm() {
  const auto& names = base::Failpoints::names();
  const std::string name(names[static_cast<std::size_t>(chance_.below(static_cast<int>(names.size())))]);
  const bool dies = chance_.percent(faults_.crashes);
  const std::string spec = name + (dies ? "=crash@" : "=error@") + std::to_string(chance_.between(1, 4));
  trace_.say("world", "arms " + spec);
  base::Failpoints::arm(spec);
}

milliseconds World::meddle() {
  const milliseconds next(chance_.between(500, 8'000));
  if (calm_) return milliseconds(600'000);
  if (chance_.percent(faults_.crashes) || chance_.percent(faults_.errors)) arm();
  if (chance_.percent(faults_.crashes) && chance_.percent(20)) throw base::Crash{"nothing in particular"};
  if (chance_.percent(faults_.clock_jumps)) {
    const int ms = chance_.between(-3'600'000, 3'600'000);
    trace_.say("world", "the clock jumps by " + std::to_string(ms));
    clock_.jump(milliseconds(ms));
    ahead_ms_ += ms;
    most_ahead_ms_ = std::max(most_ahead_ms_, ahead_ms_);
  }
  for (const auto& [name, source] : sources_) {
    if (chance_.percent(faults_.down)) source->go_down(chance_.between(1'000, 40'000));
    if (chance_.percent(20))
      store_->write([&, name = name](store::Session& session) { store::put_paused(session, name, false, ""); });
  }
  if (!chance_.percent(faults_.steward)) return next;
  if (chance_.percent(30)) {
    const auto& source = chance_.pick(scenario_.config.sources);
    const int priority = chance_.between(1, 4);
    trace_.say("steward", "gives " + source.name + " priority " + std::to_string(priority));
    static_cast<void>(hub_->review.set_priority(source, R"({"priority":)" + std::to_string(priority) + "}"));
  } else if (chance_.percent(40)) {
    settle_everything();
  } else {
    std::vector<model::Record> records;
    read([&](store::Session& session) {
      store::list_records(session, "client", {}, 50, false,
                          [&](model::Record&& record) { records.push_back(std::move(record)); });
    });
    if (records.empty()) return next;
    const model::Record record = chance_.pick(records);
    const model::FieldSchema field = chance_.pick(scenario_.config.entities.front().fields);
    const model::Fields fields{{field.name, invent(chance_, field)}};
    const std::string body = model::JsonWriter().fields(fields).take();
    trace_.say("steward", "edits " + record.key.external_id + " " + body);
    static_cast<void>(hub_->review.edit(record.key, model::etag(record), body));
  }
  return next;
}

bool World::settle_conflicts() {
  const auto open =
      read([](store::Session& session) { return store::list_conflicts(session, store::kOpen, {}, {}, 1000); });
  for (const store::ConflictRow& conflict : open) {
    std::string decision = chance_.percent(50) ? R"({"take":"incoming"})" : R"({"take":"canonical"})";
    if (conflict.kind == "identity") {
      decision = R"({"take":"create"})";
      if (chance_.percent(50))
        decision = model::JsonWriter()
                       .begin_object()
                       .member("take", "link")
                       .member("externalId", chance_.pick(conflict.candidates))
                       .end_object()
                       .take();
    }
    const auto outcome = hub_->review.resolve_conflict(store::to_string(conflict.at), "*", decision);
    const auto* refusal = std::get_if<sync::Refusal>(&outcome);
    trace_.say("steward", "decides " + store::to_string(conflict.at) + " (" + conflict.kind + ") by " + decision +
                              (refusal == nullptr ? "" : ", refused: " + refusal->detail));
  }
  return !open.empty();
}

bool World::settle_everything() {
  bool any = settle_conflicts();
  for (const config::SourceConfig& source : scenario_.config.sources) {
    const auto released = sync::Brake(hub_->around, source, hub_->committer).approve({}, milliseconds{1});
    if (released == 0) continue;
    trace_.say("steward", "approves " + std::to_string(released) + " deletes of " + source.name);
    any = true;
    wake("push " + source.name);
  }
  const auto letters =
      read([](store::Session& session) { return store::list_dead_letters(session, "", "", "", 1000); });
  for (const store::DeadLetter& letter : letters) {
    // What a source said long ago is no news of it: a dead change is given up or left where it is.
    const bool gives_up = letter.kind == store::kDeadChange;
    if (gives_up && chance_.percent(50)) continue;
    trace_.say("steward", (gives_up ? "discards " : "replays ") + letter.id);
    if (gives_up) given_up_.push_back(letter);
    static_cast<void>(gives_up ? hub_->review.discard(letter.id) : hub_->review.replay(letter.id, ""));
    ++replays_;
    any = any || letter.kind == store::kDeadDelivery;
  }
  return any;
}

void World::tell_again() {
  trace_.say("world", "all sources are told from the start");
  store_->write([&](store::Session& session) {
    for (const auto& [name, source] : sources_) store::remove_cursors(session, name);
  });
}

}  // namespace tests::sim
