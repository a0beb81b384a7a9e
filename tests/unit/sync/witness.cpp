#include "tests/unit/sync/witness.hpp"

#include "hub/store/records.hpp"
#include "hub/sync/past.hpp"
#include "hub/sync/views.hpp"

#include <rapidcheck.h>

namespace tests {

using nlohmann::json;

namespace {

constexpr const char* kSources[] = {"CRM", "ERP", "Portal", "LocalDB"};

}  // namespace

Witness::Witness(unsigned seed, bool slow) : random_(seed), slow_(slow), hub(config(seed), false) {}

hub::config::Config Witness::config(unsigned seed) {
  auto config = Pipeline::reference_config();
  for (auto& entity : config.entities) {
    entity.merge = seed % 2 == 0 ? hub::model::MergeMode::kField : hub::model::MergeMode::kRecord;
    entity.waiting.max_attempts = 2;
  }
  config.entities[0].fields[1].policy = {hub::model::PolicyKind::kOwner, {"ERP"}};
  config.entities[0].fields[2].policy = {hub::model::PolicyKind::kNewest, {}};
  return config;
}

std::vector<hub::model::RecordKey> Witness::keys() {
  std::vector<hub::model::RecordKey> keys;
  for (const char* id : {"0", "1", "2"}) {
    keys.push_back({"client", id});
    keys.push_back({"order", id});
  }
  return keys;
}

json Witness::value() { return pick(6) == 0 ? json() : json(std::string(1, static_cast<char>('a' + pick(4)))); }

void Witness::live(int steps) {
  for (int i = 0; i < steps; ++i) {
    step();
    look();
  }
}

void Witness::step() {
  if (pick(3) == 0) hub.clock.advance(std::chrono::seconds(pick(100)));
  if (slow_ && pick(4) == 0) hub.clock.advance(std::chrono::hours(24 * pick(4)));
  if (pick(20) == 0) hub.clock.jump(std::chrono::hours(pick(48) - 24));
  if (pick(5) == 0) return by_hand();
  json body{{"source", kSources[pick(4)]}, {"externalId", std::to_string(pick(3))}};
  if (pick(2) == 0) body["version"] = 1 + pick(8);
  if (pick(2) == 0) body["observedAt"] = hub::base::format_time(hub.clock.now_ms() - pick(5000));
  body["entity"] = pick(4) == 0 ? "order" : "client";
  if (pick(5) == 0) {
    body["op"] = "delete";
  } else if (body["entity"] == "order") {
    body["fields"] = {{"clientId", std::to_string(pick(3))}, {"total", std::to_string(pick(9)) + ".00"}};
  } else {
    for (const char* field : {"fullName", "email", "phone"})
      if (pick(2) == 0) body["fields"][field] = value();
    if (!body.contains("fields")) return;
  }
  hub.post(body);
}

void Witness::by_hand() {
  const hub::model::RecordKey key{"client", std::to_string(pick(3))};
  switch (pick(4)) {
    case 0: static_cast<void>(hub.review.edit(key, "*", R"({"fullName":"steward"})")); break;
    case 1: static_cast<void>(hub.review.replay_all("{}")); break;
    case 2: hub.drain(); break;
    default:
      hub.clock.advance(std::chrono::seconds(31));
      hub.committer.run([&](hub::sync::Transaction& transaction) {
        for (const auto& parked : hub::store::due_waiting(transaction.session(), hub.clock.now_ms(), 10))
          transaction.release(parked, true);
        return 0;
      });
  }
}

void Witness::look() {
  hub.store.read([&](hub::store::Session& session) {
    for (const hub::model::RecordKey& key : keys()) {
      const auto record = hub::store::load_record(session, key);
      if (!record) continue;
      const std::string head = hub::store::to_string({record->head_source, record->head_seq});
      heads_[key].insert(head);
      RC_ASSERT(seen_.try_emplace(head, *record).first->second == *record);  // nothing changes it beside its journal
    }
    return 0;
  });
}

void Witness::compare() {
  hub.store.read([&](hub::store::Session& session) {
    for (const hub::model::RecordKey& key : keys()) {
      const auto record = hub::store::load_record(session, key);
      if (!record) continue;
      compare(session, *record);
      compare_history(session, key);
    }
    return 0;
  });
}

void Witness::compare(hub::store::Session& session, const hub::model::Record& record) {
  const hub::sync::Timeline timeline(session, record);
  RC_ASSERT(timeline.exact());
  std::size_t compared = 0;
  for (std::size_t count = timeline.complete() ? 1 : 0; count <= timeline.steps().size(); ++count) {
    const hub::model::Record then = timeline.after(count);
    const auto it = seen_.find(hub::store::to_string({then.head_source, then.head_seq}));
    if (it == seen_.end()) continue;  // another change followed in the same transaction
    ++compared;
    RC_ASSERT(then == it->second);
  }
  if (timeline.complete()) RC_ASSERT(compared == heads_[record.key].size());
  RC_ASSERT(timeline.after(timeline.steps().size()) == record);
}

void Witness::compare_history(hub::store::Session& session, const hub::model::RecordKey& key) {
  const json history = hub.json_of(hub::sync::view_history(session, key, "", {"", 1000}));
  for (const json& change : history["items"]) {
    const auto it = seen_.find(change["changeId"].get<std::string>());
    if (it == seen_.end()) continue;
    const std::string effect = change["effect"];
    if (effect != "none") RC_ASSERT(it->second.deleted == (effect == "deleted"));
    for (const auto& [name, field] : change["decision"].items()) {
      const hub::model::Cell* cell = it->second.find(name);
      const std::string now = cell == nullptr ? "" : cell->value.text();
      RC_ASSERT(now == (field["to"].is_null() ? "" : field["to"].get<std::string>()));
    }
  }
}

}  // namespace tests
