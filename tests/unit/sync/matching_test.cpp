#include "hub/sync/matching.hpp"

#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/timer.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

namespace tests {
namespace {

using nlohmann::json;

/// LocalDB's clients have row numbers and no key; its mapping finds records by e-mail, then by name and phone.
class Matching : public testing::Test {
 protected:
  Matching() : hub(mapped()) {}

  static hub::config::Config mapped() {
    auto config = Pipeline::reference_config();
    config.sources[3].entities[0].match_on = {{"email"}, {"fullName", "phone"}};
    return config;
  }
  static hub::sync::Submission row(const hub::config::Config& config, const std::string& native, const json& fields) {
    hub::plugin::PulledChange pulled;
    pulled.native_id = native;
    pulled.body = fields.dump();
    const auto& source = config.sources[3];
    return hub::sync::submission_of(source, source.entities[0], config.entities[0], pulled);
  }
  hub::sync::Answer pulled(const std::string& native, const json& fields) {
    return std::get<hub::sync::Answer>(hub.pulled({row(hub.config, native, fields)}).at(0));
  }
  void from_crm(const std::string& id, int version, json fields) {
    ASSERT_EQ(hub.post({{"source", "CRM"},
                        {"entity", "client"},
                        {"externalId", id},
                        {"version", version},
                        {"fields", fields}})["http"],
              200);
  }
  json resolve(const std::string& id, const json& decision) {
    return hub.json_of(hub.review.resolve_conflict(id, "*", decision.dump()));
  }
  std::int64_t clients() {
    std::int64_t count = 0;
    hub.store.read([&](hub::store::Session& session) {
      hub::store::list_records(session, "client", {}, 100, true, [&](hub::model::Record&&) { ++count; });
    });
    return count;
  }

  Pipeline hub;
};

TEST_F(Matching, OneHitIsThatRecord) {
  from_crm("C-1", 1, {{"fullName", "Ann"}, {"email", "ann@x.org"}});
  EXPECT_EQ(pulled("7", {{"fullName", "Anne"}, {"email", "ann@x.org"}}).key.external_id, "C-1");
  EXPECT_EQ(clients(), 1);
  const json record = hub.record("client", "C-1");
  ASSERT_EQ(record["links"].size(), 2U);
  EXPECT_EQ(record["links"][1]["nativeId"], "7");
  EXPECT_EQ(pulled("7", {{"email", "new@x.org"}}).key.external_id, "C-1") << "from then on the link tells";
}

TEST_F(Matching, NoHitMakesARecord) {
  from_crm("C-1", 1, {{"fullName", "Ann"}, {"email", "ann@x.org"}});
  EXPECT_EQ(pulled("7", {{"fullName", "Bob"}, {"email", "bob@x.org"}}).key.external_id.size(), 26U);
  EXPECT_EQ(pulled("8", {{"fullName", "Cy"}}).key.external_id.size(), 26U);
  EXPECT_EQ(clients(), 3);
}

TEST_F(Matching, TheFirstStepThatHitsDecides) {
  from_crm("C-1", 1, {{"fullName", "Ann"}, {"phone", "1"}, {"email", "a@x.org"}});
  from_crm("C-2", 1, {{"fullName", "Bob"}, {"phone", "2"}, {"email", "b@x.org"}});
  EXPECT_EQ(pulled("7", {{"fullName", "Bob"}, {"phone", "2"}, {"email", "a@x.org"}}).key.external_id, "C-1");
  EXPECT_EQ(pulled("8", {{"fullName", "Bob"}, {"phone", "2"}, {"email", "other@x.org"}}).key.external_id, "C-2");
}

TEST_F(Matching, SeveralHitsAreAQuestionAndNothingIsMade) {
  from_crm("C-1", 1, {{"email", "same@x.org"}});
  from_crm("C-2", 1, {{"email", "same@x.org"}});
  const auto asked = pulled("7", {{"fullName", "Zoe"}, {"email", "same@x.org"}});
  EXPECT_EQ(asked.state, hub::model::ChangeState::kConflict);
  EXPECT_EQ(clients(), 2);
  const json conflict = hub.json_of(
      hub.store.read([&](hub::store::Session& session) { return hub::sync::view_conflict(session, asked.place); }));
  EXPECT_EQ(conflict["kind"], "identity");
  EXPECT_EQ(conflict["candidates"], json({"C-1", "C-2"}));

  EXPECT_EQ(resolve(asked.place, {{"take", "incoming"}})["http"], 400);
  EXPECT_EQ(resolve(asked.place, {{"take", "link"}})["http"], 400);
  EXPECT_EQ(resolve(asked.place, {{"take", "link"}, {"externalId", "C-9"}})["http"], 404);
  EXPECT_EQ(resolve(asked.place, {{"take", "link"}, {"externalId", "C-2"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C-2")["fields"]["fullName"], "Zoe");
  EXPECT_EQ(hub.record("client", "C-2")["links"].size(), 2U);
  EXPECT_EQ(resolve(asked.place, {{"take", "create"}})["http"], 409) << "it is settled";
}

TEST_F(Matching, APersonCanMergeTheCandidates) {
  from_crm("C-1", 1, {{"email", "same@x.org"}});
  from_crm("C-2", 1, {{"email", "same@x.org"}, {"phone", "4711"}});
  const auto asked = pulled("7", {{"fullName", "Zoe"}, {"email", "same@x.org"}});
  EXPECT_EQ(resolve(asked.place, {{"take", "merge"}})["http"], 400);
  EXPECT_EQ(resolve(asked.place, {{"take", "merge"}, {"externalId", "C-1"}})["externalId"], "C-1");
  const json record = hub.record("client", "C-1");
  EXPECT_EQ(record["fields"], json({{"fullName", "Zoe"}, {"email", "same@x.org"}, {"phone", "4711"}}));
  EXPECT_EQ(hub.record("client", "C-2")["mergedInto"], "C-1");
}

TEST_F(Matching, APersonCanMakeARecordOfIt) {
  from_crm("C-1", 1, {{"email", "same@x.org"}});
  from_crm("C-2", 1, {{"email", "same@x.org"}});
  const auto asked = pulled("7", {{"fullName", "Zoe"}, {"email", "same@x.org"}});
  const json made = resolve(asked.place, {{"take", "create"}});
  EXPECT_EQ(made["resolution"], "NEW_RECORD");
  EXPECT_EQ(clients(), 3);
  EXPECT_EQ(pulled("7", {{"fullName", "Zoë"}, {"email", "same@x.org"}}).key.external_id, made["externalId"]);
}

TEST_F(Matching, TwoRowsOfOneSourceAreNotOneRecordUnasked) {
  from_crm("C-1", 1, {{"email", "ann@x.org"}});
  EXPECT_EQ(pulled("7", {{"email", "ann@x.org"}}).key.external_id, "C-1");
  const auto asked = pulled("8", {{"email", "ann@x.org"}});
  EXPECT_EQ(asked.state, hub::model::ChangeState::kConflict);
  EXPECT_EQ(resolve(asked.place, {{"take", "link"}, {"externalId", "C-1"}})["http"], 409) << "row 7 would be lost";
  EXPECT_EQ(resolve(asked.place, {{"take", "create"}})["http"], 200);
}

TEST_F(Matching, ARowThatIsARecordOnItsWayThereIsAQuestionOnceThatHasArrived) {
  const auto arrives = [&](const hub::sync::Delivery& insert, const std::string& native) {
    hub::sync::Receipt receipt;
    receipt.delivery_id = insert.id;
    receipt.status = hub::plugin::Status::kOk;
    receipt.native_id = native;
    hub.settle("LocalDB", receipt);
    static_cast<void>(hub::sync::release_due(hub.around, hub.committer));
  };
  from_crm("C-1", 1, {{"email", "eve@x.org"}});
  const auto first = hub.claim("LocalDB").at(0);
  EXPECT_EQ(pulled("8", {{"email", "ann@x.org"}}).state, hub::model::ChangeState::kWaiting);
  from_crm("C-2", 1, {{"email", "ann@x.org"}});
  const auto second = hub.claim("LocalDB").at(0);
  arrives(first, "1");
  EXPECT_EQ(hub.counter("LocalDB", "waiting"), 1) << "C-2 is about to get a row of its own there";
  arrives(second, "2");
  EXPECT_EQ(hub.counter("LocalDB", "conflict"), 1);
  EXPECT_EQ(clients(), 2);
}

TEST_F(Matching, NoPersonLinksARowToARecordOnItsWayThere) {
  from_crm("C-1", 1, {{"email", "ann@x.org"}});
  from_crm("C-2", 1, {{"email", "ann@x.org"}});
  const auto asked = pulled("8", {{"email", "ann@x.org"}});
  const auto inserts = hub.claim("LocalDB");
  EXPECT_EQ(resolve(asked.place, {{"take", "link"}, {"externalId", "C-1"}})["http"], 409);
  for (const auto& insert : inserts) {
    hub::sync::Receipt receipt;
    receipt.delivery_id = insert.id;
    receipt.status = hub::plugin::Status::kRejected;
    hub.settle("LocalDB", receipt);
  }
  EXPECT_EQ(resolve(asked.place, {{"take", "link"}, {"externalId", "C-1"}})["http"], 200);
}

TEST_F(Matching, WhatOneTransactionBringsIsFoundInIt) {
  const auto results =
      hub.pulled({row(hub.config, "1", {{"email", "a@x.org"}}), row(hub.config, "2", {{"email", "a@x.org"}}),
                  row(hub.config, "1", {{"email", "b@x.org"}}), row(hub.config, "3", {{"email", "a@x.org"}})});
  EXPECT_EQ(std::get<hub::sync::Answer>(results[1]).state, hub::model::ChangeState::kConflict);
  EXPECT_EQ(std::get<hub::sync::Answer>(results[3]).resolution, hub::model::Resolution::kNewRecord)
      << "nobody has that address any more";
}

TEST_F(Matching, OldValuesAndDeletedRecordsAreNotFound) {
  from_crm("C-1", 1, {{"email", "old@x.org"}});
  from_crm("C-1", 2, {{"email", "new@x.org"}});
  from_crm("C-2", 1, {{"email", "gone@x.org"}});
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-2"}, {"version", 2}, {"op", "delete"}});
  EXPECT_EQ(pulled("1", {{"email", "old@x.org"}}).key.external_id.size(), 26U);
  EXPECT_EQ(pulled("2", {{"email", "new@x.org"}}).key.external_id, "C-1");
  EXPECT_EQ(pulled("3", {{"email", "gone@x.org"}}).key.external_id.size(), 26U);
}

TEST_F(Matching, ALaterChangeOfTheRowTakesThePlaceOfTheQuestion) {
  from_crm("C-1", 1, {{"email", "same@x.org"}});
  from_crm("C-2", 1, {{"email", "same@x.org"}});
  const auto first = pulled("7", {{"email", "same@x.org"}});
  const auto second = pulled("7", {{"fullName", "Zoe"}, {"email", "same@x.org"}});
  const auto open = [&] {
    return hub.store.read([](hub::store::Session& session) { return hub::store::count_open_conflicts(session); });
  };
  EXPECT_EQ(open(), 1);
  EXPECT_EQ(resolve(first.place, {{"take", "create"}})["http"], 409);
  EXPECT_EQ(pulled("7", {{"fullName", "Zoe"}, {"email", "zoe@x.org"}}).key.external_id.size(), 26U);
  EXPECT_EQ(open(), 0) << "the row can be told apart now";
  EXPECT_EQ(resolve(second.place, {{"take", "create"}})["http"], 409);
}

TEST_F(Matching, ARowThatIsGoneIsNoQuestionAnyMore) {
  from_crm("C-1", 1, {{"email", "same@x.org"}});
  from_crm("C-2", 1, {{"email", "same@x.org"}});
  const auto asked = pulled("7", {{"email", "same@x.org"}});
  auto gone = row(hub.config, "7", json::object());
  gone.change.op = hub::model::Op::kDelete;
  gone.dead_reason.clear();
  hub.pulled({gone});
  EXPECT_EQ(resolve(asked.place, {{"take", "create"}})["http"], 409) << "there is nothing to make a record of";
}

/// Two sources, several threads each, bring the same clients in the same moments, some rows twice, and one source says
/// which is which by a key.
TEST(MatchRace, TwoSourcesAtOnceMakeOneRecordOfOneClient) {
  auto config = Pipeline::reference_config();
  for (const std::size_t source : {2U, 3U}) config.sources[source].entities[0].match_on = {{"email"}};
  Pipeline hub(config, false);
  hub.committer.start();
  constexpr int kClients = 60;
  const auto bring = [&](std::size_t source, int begin, int step) {
    std::vector<std::future<void>> done;
    for (int i = begin; i < kClients; i += step) {
      hub::plugin::PulledChange pulled;
      pulled.native_id = "row " + std::to_string(i);
      pulled.body = json{{"email", std::to_string(i) + "@x.org"}, {"fullName", "N"}}.dump();
      const auto promise = std::make_shared<std::promise<void>>();
      done.push_back(promise->get_future());
      const auto& from = hub.config.sources[source];
      auto submission = hub::sync::submission_of(from, from.entities[0], hub.config.entities[0], pulled);
      ASSERT_TRUE(hub.committer.submit({submission}, [promise](auto&&) { promise->set_value(); }));
    }
    for (auto& each : done) each.get();
  };
  std::vector<std::thread> threads;
  for (const std::size_t source : {2U, 3U}) {
    threads.emplace_back(bring, source, 0, 1);  // all of them
    threads.emplace_back(bring, source, 0, 2);  // and every other once more
  }
  for (std::thread& thread : threads) thread.join();
  hub.committer.stop();
  int clients = 0;
  hub.store.read([&](hub::store::Session& session) {
    hub::store::list_records(session, "client", {}, 1000, true, [&](hub::model::Record&& record) {
      ++clients;
      EXPECT_EQ(hub::store::load_links(session, record.key).size(), 2U) << record.key.external_id;
    });
  });
  EXPECT_EQ(clients, kClients);
}

TEST(MatchKeys, AreBuiltAnewForAnotherConfiguration) {
  Pipeline hub;
  for (int i = 0; i < 1500; ++i) {
    const std::string id = std::to_string(i);
    hub.post({{"source", "CRM"}, {"externalId", "C-" + id}, {"version", 1}, {"email", id + "@x.org"}});
  }
  auto config = Pipeline::reference_config();
  config.sources[3].entities[0].match_on = {{"email"}};
  const auto found = [&](const std::string& email) {
    return hub.store.read([&](hub::store::Session& session) {
      return hub::store::find_matches(session, "client", {"email", "[\"" + email + "\"]"});
    });
  };
  EXPECT_TRUE(found("7@x.org").empty());
  hub::sync::rebuild_match_keys(hub.store, config);
  EXPECT_EQ(found("7@x.org"), std::vector<std::string>{"C-7"});
  EXPECT_EQ(found("1499@x.org"), std::vector<std::string>{"C-1499"});
  hub::sync::rebuild_match_keys(hub.store, Pipeline::reference_config());
  EXPECT_TRUE(found("7@x.org").empty());
}

}  // namespace
}  // namespace tests
