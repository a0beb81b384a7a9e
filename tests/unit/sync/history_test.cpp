#include "hub/store/sources.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

namespace tests {
namespace {

using nlohmann::json;

TEST(History, IsTheChainOfARecordsChangesNewestFirst) {
  Pipeline hub;
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "Two"}});
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 1}, {"fullName", "Old"}});
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 3}, {"fullName", "Three"}});
  const auto view = [&](const hub::sync::Page& page) {
    return hub.json_of(hub.store.read([&](hub::store::Session& session) {
      return hub::sync::view_history(session, {"client", "C"}, "", page);
    }));
  };
  const json all = view({"", 100});
  ASSERT_EQ(all["items"].size(), 3U);
  EXPECT_EQ(all["items"][0]["changeId"], "ERP:2");
  EXPECT_EQ(all["items"][0]["decision"]["fullName"]["loser"], "Two");
  EXPECT_EQ(all["items"][1]["resolution"], "STALE_SKIP");
  EXPECT_EQ(all["items"][1]["decision"]["fullName"]["loser"], "Old") << "a value that lost stays on record";
  const json first = view({"", 2});
  EXPECT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(view({first["next"], 2})["items"].size(), 1U);
}

TEST(Explain, SaysWhoWroteAFieldByWhichRuleAndWhoLost) {
  Pipeline hub;
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "One"}, {"email", "a@x.org"}});
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 1}, {"fullName", "Uno"}});
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"changeId", "second"}, {"fullName", "Two"}});
  hub.drain();
  const auto explain = [&](const std::string& id, const std::string& field) {
    return hub.json_of(hub.store.read([&](hub::store::Session& session) {
      return hub::sync::view_explanation(session, hub.config, {"client", id}, field);
    }));
  };
  const json all = explain("C", "");
  EXPECT_EQ(all["fields"].size(), 2U);
  EXPECT_EQ(all["complete"], true);
  EXPECT_EQ(all["delivered"].size(), 3U);
  const json name = all["fields"]["fullName"];
  EXPECT_EQ(name["value"], "Two");
  const json& contests = name["contests"];
  ASSERT_EQ(contests.size(), 3U);
  const auto is = [](const json& contest, const char* change, bool won, const char* rule, const json& value) {
    EXPECT_EQ(contest["changeId"], change);
    EXPECT_EQ(contest["won"], won) << change;
    EXPECT_EQ(contest["rule"], rule) << change;
    EXPECT_EQ(contest["value"], value) << change;
  };
  is(contests[0], "second", true, "higher_version", "Two");
  EXPECT_EQ(contests[0]["replaced"], "One");
  is(contests[1], "ERP:1", false, "priority", "Uno");
  is(contests[2], "CRM:1", true, "new_record", "One");

  EXPECT_EQ(explain("C", "email")["fields"].size(), 1U);
  EXPECT_EQ(explain("C", "phone")["http"], 404) << "nobody wrote it";
  EXPECT_EQ(explain("D", "")["http"], 404);
}

/// Conservation after random histories; sources that take every delivery end with the canonical values.
RC_GTEST_PROP(RandomHistory, ConservesAndConverges, ()) {
  Pipeline hub(Pipeline::reference_config(), false);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  static const char* const kSources[] = {"CRM", "ERP", "Portal", "LocalDB"};
  std::map<std::string, std::map<std::string, json>> held;  // per source: what it holds, by external id
  std::set<std::string> sent{""};
  for (int step = 0; step < 120; ++step) {
    const std::string source = kSources[pick(4)];
    const std::string id = "C" + std::to_string(pick(5));
    if (pick(3) == 0) {
      for (const auto& delivery : hub.claim(source, 1 + pick(3))) {
        hub::sync::Receipt receipt;
        receipt.delivery_id = delivery.id;
        receipt.status = pick(4) == 0 ? hub::plugin::Status::kRetry : hub::plugin::Status::kOk;
        if (receipt.status == hub::plugin::Status::kOk)
          for (const auto& field : delivery.fields)
            held[source][delivery.key.external_id][field.name] = field.value.text();
        static_cast<void>(hub.settle(source, receipt));
      }
      hub.clock.advance(std::chrono::seconds(pick(100)));
      continue;
    }
    json body{{"source", source}, {"entity", "client"}, {"externalId", id}};
    if (pick(2) == 0) body["version"] = 1 + pick(6);
    if (pick(6) == 0) body["changeId"] = "k" + std::to_string(pick(10));
    for (const char* field : {"fullName", "email", "phone"})
      if (pick(2) == 0) {
        body["fields"][field] = std::string(1, static_cast<char>('a' + pick(6)));
        sent.insert(body["fields"][field].get<std::string>());
      }
    if (!body.contains("fields")) continue;
    const json answer = hub.post(body);
    RC_ASSERT(answer["http"] == 200 || answer["http"] == 409 || answer["http"] == 422);
    if (answer["http"] != 422 && !answer.contains("duplicate"))
      for (const auto& [name, value] : body["fields"].items()) held[source][id][name] = value;
  }
  for (int round = 0; round < 50; ++round) {
    hub.clock.advance(std::chrono::minutes(6));
    for (const char* source : kSources)
      for (const auto& delivery : hub.claim(source)) {
        hub::sync::Receipt receipt;
        receipt.delivery_id = delivery.id;
        receipt.status = hub::plugin::Status::kOk;
        for (const auto& field : delivery.fields)
          held[source][delivery.key.external_id][field.name] = field.value.text();
        static_cast<void>(hub.settle(source, receipt));
      }
  }
  const bool disputed =
      hub.store.read([](hub::store::Session& session) { return hub::store::load_present(session).conflicts; });
  const bool dead =
      hub.store.read([](hub::store::Session& session) { return hub::store::count_dead_letters(session) > 0; });
  for (int i = 0; i < 5; ++i) {
    const std::string id = "C" + std::to_string(i);
    const json record = hub.record("client", id);
    if (record["http"] != 200) continue;
    for (const auto& [name, value] : record["fields"].items()) {
      RC_ASSERT(sent.contains(value.get<std::string>()));
      if (disputed || dead) continue;
      for (const char* source : kSources) RC_ASSERT(held[source][id][name] == value);
    }
  }
  const auto findings = hub.store.read([](hub::store::Session& session) { return hub::store::audit(session); });
  RC_ASSERT(findings.empty());
}

}  // namespace
}  // namespace tests
