#include "tests/sim/excuses.hpp"

#include "hub/store/conflicts.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/waiting.hpp"

namespace tests::sim {

using namespace hub;

namespace {

constexpr int kAll = 10'000;

}  // namespace

Excuses::Excuses(World& world) {
  world.read([&](store::Session& session) {
    const auto row_too = [&](const store::JournalKey& at, const std::string& why) {
      const auto row = store::load_journal(session, at);
      if (row && !row->native_id.empty()) rows_[{at.source, {row->key.entity, row->native_id}}] = why;
    };
    for (const auto& conflict : store::list_conflicts(session, store::kOpen, {}, {}, kAll)) {
      const std::string why = "conflict " + store::to_string(conflict.at);
      records_[{conflict.at.source, conflict.key}] = why;
      row_too(conflict.at, why);
    }
    for (const auto& parked : store::list_waiting(session, {}, {}, kAll)) {
      const std::string why = "parked " + store::to_string(parked.at);
      records_[{parked.at.source, parked.key}] = why;
      row_too(parked.at, why);
      // A delivery that waits for a person's decision has no receipt, so what waits for that waits on.
      if (!store::is_held(parked) && !store::is_receipt(parked.missing.front()))
        world.fail("change " + store::to_string(parked.at) + " still waits, although nothing moves");
    }
    std::vector<store::DeadLetter> letters = store::list_dead_letters(session, "", "", "", kAll);
    letters.insert(letters.end(), world.given_up().begin(), world.given_up().end());
    for (const store::DeadLetter& letter : letters) {
      const std::string why = "dead letter " + letter.id;
      records_[{letter.source, letter.key}] = why;
      if (letter.source == sync::kSteward)  // what a person decided of the record has not come to pass
        for (const auto& source : world.scenario().config.sources) records_[{source.name, letter.key}] = why;
      if (letter.kind == store::kDeadChange) row_too(*store::journal_key_of(letter.id), why);
    }
  });
  for (const auto& [name, connector] : world.connectors())
    for (const model::RecordKey& key : connector->refused()) records_[{name, key}] = "refused at the door";
}

std::string Excuses::of(const std::string& source, const model::RecordKey& key) const {
  const auto it = records_.find({source, key});
  return it == records_.end() ? std::string() : it->second;
}

std::string Excuses::of_row(const std::string& source, const std::string& entity, const std::string& native_id) const {
  const auto it = rows_.find({source, {entity, native_id}});
  return it == rows_.end() ? std::string() : it->second;
}

}  // namespace tests::sim
