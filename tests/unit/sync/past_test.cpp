#include "hub/sync/past.hpp"

#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace tests {
namespace {

using nlohmann::json;

const hub::model::RecordKey kKey{"client", "C"};

/// A pipeline and what people ask of a record's past.
class PastOf : public testing::Test {
 protected:
  void post(const std::string& source, int version, json fields, const std::string& op = "upsert") {
    json body{{"source", source}, {"entity", "client"}, {"externalId", "C"}, {"version", version}, {"op", op}};
    if (op == "upsert") body["fields"] = std::move(fields);
    hub.clock.advance(std::chrono::minutes(1));
    EXPECT_LT(hub.post(body)["http"], 410);
  }
  /// "2026-01-01T00:05:00Z" for 5.
  static std::string minute(int n) {
    return "2026-01-01T00:" + std::string(n < 10 ? "0" : "") + std::to_string(n) + ":00Z";
  }
  json history(const std::string& at = {}, const hub::sync::Page& page = {"", 100}) {
    return hub.json_of(
        hub.store.read([&](hub::store::Session& session) { return hub::sync::view_history(session, kKey, at, page); }));
  }
  json at(const std::string& time) {
    return hub.json_of(
        hub.store.read([&](hub::store::Session& session) { return hub::sync::view_record_at(session, kKey, time); }));
  }

  Pipeline hub;
};

TEST_F(PastOf, AHistorySaysFromWhatToWhatAndWhatLost) {
  post("CRM", 1, {{"fullName", "One"}, {"email", "a@x.org"}});
  post("ERP", 1, {{"email", "b@x.org"}, {"phone", "1"}});
  post("CRM", 2, {}, "delete");
  post("ERP", 3, {{"fullName", "Back"}});
  post("ERP", 3, {{"fullName", "Twice"}});
  const json all = history();
  EXPECT_EQ(all["complete"], true);
  const json& items = all["items"];
  ASSERT_EQ(items.size(), 5U);
  const char* const effects[] = {"none", "revived", "deleted", "changed", "created"};
  for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(items[i]["effect"], effects[i]) << items[i];
  EXPECT_EQ(items[0]["conflict"]["state"], "open");
  EXPECT_EQ(items[0]["decision"]["fullName"]["from"], "Back");
  EXPECT_EQ(items[0]["decision"]["fullName"]["to"], "Back");
  EXPECT_EQ(items[0]["decision"]["fullName"]["loser"], "Twice");
  EXPECT_EQ(items[1]["decision"]["fullName"]["from"], nullptr) << "a deleted record has none";
  EXPECT_EQ(items[2]["decision"]["phone"]["from"], "1");
  EXPECT_EQ(items[2]["decision"]["phone"]["to"], nullptr);
  EXPECT_EQ(items[3]["decision"]["email"]["to"], "a@x.org") << "CRM comes before ERP";
  EXPECT_EQ(items[3]["decision"]["email"]["loser"], "b@x.org");
  EXPECT_EQ(items[3]["at"], "2026-01-01T00:02:00.000Z");
  EXPECT_EQ(items[4]["decision"]["email"]["from"], nullptr);

  const json first = history("", {"", 2});
  EXPECT_EQ(first["items"][1]["effect"], "revived") << "also where the delete is on the next page";
  const json second = history("", {first["next"], 2});
  EXPECT_EQ(second["items"][0]["effect"], "deleted");
  EXPECT_EQ(second["items"][1]["decision"]["phone"]["to"], "1") << "values are known across pages";
  EXPECT_EQ(history(minute(2))["items"].size(), 2U);
  EXPECT_EQ(history("yesterday")["http"], 400);
}

TEST_F(PastOf, ARecordIsShownAsItWas) {
  post("CRM", 1, {{"fullName", "One"}, {"email", "a@x.org"}});
  post("ERP", 2, {{"email", "b@x.org"}});
  post("CRM", 3, {}, "delete");
  post("ERP", 4, {{"fullName", "Back"}});
  EXPECT_EQ(at(minute(0))["http"], 404);
  const json one = at("2026-01-01T02:01:30+02:00");
  EXPECT_EQ(one["version"], 1);
  EXPECT_EQ(one["fields"], (json{{"fullName", "One"}, {"email", "a@x.org"}}));
  const json two = at(minute(2));
  EXPECT_EQ(two["fields"]["email"], "b@x.org");
  EXPECT_EQ(two["provenance"]["email"]["changeId"], "ERP:1");
  EXPECT_EQ(two["provenance"]["fullName"]["source"], "CRM");
  EXPECT_EQ(at(minute(3))["http"], 410);
  EXPECT_EQ(at(minute(59))["fields"], (json{{"fullName", "Back"}}));
  EXPECT_EQ(at("now")["http"], 400);
}

TEST_F(PastOf, AParkedChangeCountsFromWhenItWasApplied) {
  hub.clock.advance(std::chrono::minutes(1));
  hub.post({{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "C"}, {"total", "1.00"}}}});
  hub.clock.advance(std::chrono::minutes(9));
  post("ERP", 1, {{"fullName", "One"}});
  const auto order_at = [&](const std::string& time) {
    return hub.json_of(hub.store.read([&](hub::store::Session& session) {
      return hub::sync::view_record_at(session, {"order", "O"}, time);
    }));
  };
  EXPECT_EQ(order_at(minute(5))["http"], 404) << "it was parked";
  const json order = order_at(minute(11));
  EXPECT_EQ(order["fields"]["total"], "1.00");
  EXPECT_EQ(order["provenance"]["total"]["at"], "2026-01-01T00:11:00.000Z");
}

TEST_F(PastOf, AClockThatWasAheadHidesNothing) {
  post("CRM", 1, {{"fullName", "One"}});  // at minute 1
  hub.clock.jump(std::chrono::minutes(30));
  post("CRM", 2, {{"fullName", "Two"}});  // at minute 32
  hub.clock.jump(std::chrono::minutes(-30));
  post("CRM", 3, {{"fullName", "Three"}});  // at minute 3
  EXPECT_EQ(at(minute(2))["fields"]["fullName"], "One");
  EXPECT_EQ(at(minute(4))["fields"]["fullName"], "Three") << "the change after it had been decided, so it was too";
}

/// Makes a random history and keeps every state that the records really had.
class Witness {
 public:
  explicit Witness(unsigned seed) : random_(seed), hub(config(seed), false) {}

  void live(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      look();
    }
  }

  /// Every state is told again from the journal.
  void compare() {
    for (const hub::model::RecordKey& key : keys()) {
      hub.store.read([&](hub::store::Session& session) {
        const auto record = hub::store::load_record(session, key);
        if (!record) return 0;
        const hub::sync::Timeline timeline(session, *record);
        RC_ASSERT(timeline.complete());
        std::size_t compared = 0;
        for (std::size_t i = 0; i < timeline.steps().size(); ++i) {
          const auto it = seen_.find(hub::store::to_string(timeline.steps()[i].row.at));
          if (it == seen_.end()) continue;  // another followed in the same transaction
          ++compared;
          RC_ASSERT(timeline.after(i + 1) == it->second);
        }
        RC_ASSERT(compared == count_[key.entity + key.external_id]);
        RC_ASSERT(timeline.after(timeline.steps().size()) == *record);
        effects(session, key);
        return 0;
      });
    }
  }

 private:
  static hub::config::Config config(unsigned seed) {
    auto config = Pipeline::reference_config();
    for (auto& entity : config.entities) {
      entity.merge = seed % 2 == 0 ? hub::model::MergeMode::kField : hub::model::MergeMode::kRecord;
      entity.waiting.max_attempts = 2;
    }
    config.entities[0].fields[1].policy = {hub::model::PolicyKind::kOwner, {"ERP"}};
    config.entities[0].fields[2].policy = {hub::model::PolicyKind::kNewest, {}};
    for (auto& source : config.sources) source.entities[1].fields.resize(2);
    return config;
  }
  static std::vector<hub::model::RecordKey> keys() {
    std::vector<hub::model::RecordKey> keys;
    for (const char* id : {"0", "1", "2"}) {
      keys.push_back({"client", id});
      keys.push_back({"order", id});
    }
    return keys;
  }
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  json value() { return pick(6) == 0 ? json() : json(std::string(1, static_cast<char>('a' + pick(4)))); }

  void step() {
    static const char* const kSources[] = {"CRM", "ERP", "Portal", "LocalDB"};
    if (pick(3) == 0) hub.clock.advance(std::chrono::seconds(pick(100)));
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

  void by_hand() {
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

  void look() {
    hub.store.read([&](hub::store::Session& session) {
      for (const hub::model::RecordKey& key : keys()) {
        const auto record = hub::store::load_record(session, key);
        if (!record) continue;
        const std::string head = hub::store::to_string({record->head_source, record->head_seq});
        const auto [it, is_new] = seen_.try_emplace(head, *record);
        if (is_new) ++count_[key.entity + key.external_id];
        RC_ASSERT(it->second == *record);  // nothing changes a record beside its journal
      }
      return 0;
    });
  }

  /// What the history says of the whole record agrees with the states.
  void effects(hub::store::Session& session, const hub::model::RecordKey& key) {
    const json history = hub.json_of(hub::sync::view_history(session, key, "", {"", 1000}));
    for (const json& change : history["items"]) {
      const auto it = seen_.find(change["source"].get<std::string>() + ":" + place_of(session, change));
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
  static std::string place_of(hub::store::Session&, const json& change) {
    const std::string id = change["changeId"];
    return id.substr(id.rfind(':') + 1);
  }

  std::mt19937 random_;
  Pipeline hub;
  std::map<std::string, hub::model::Record> seen_;  // by the journal row that was the record's newest then
  std::map<std::string, std::size_t> count_;
};

/// The journal tells every state that a record ever had, exactly: values, provenance, versions, tombstone and times.
RC_GTEST_PROP(Past, IsExactAtEveryChange, ()) {
  Witness witness(*rc::gen::arbitrary<unsigned>());
  witness.live(80);
  witness.compare();
}

}  // namespace
}  // namespace tests
