#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::plugin::Status;
using hub::sync::Deliveries;
using nlohmann::json;

json client(const std::string& source, int version, const std::string& name) {
  return {{"source", source}, {"externalId", "C"}, {"version", version}, {"fullName", name}};
}

hub::sync::Receipt receipt(const hub::sync::Delivery& delivery, Status status) {
  hub::sync::Receipt made;
  made.delivery_id = delivery.id;
  made.status = status;
  made.message = "said so";
  return made;
}

TEST(Delivery, EveryOtherSourceGetsOne) {
  Pipeline hub;
  hub.post(client("CRM", 1, "N"));
  EXPECT_EQ(hub.woken, (std::set<std::string>{"ERP", "LocalDB", "Portal"}));
  EXPECT_TRUE(hub.claim("CRM").empty());
  EXPECT_EQ(hub.drain(), 3);
}

TEST(Delivery, OnlyWhoHoldsTheLeaseAnswersForIt) {
  Pipeline hub;
  hub.post(client("CRM", 1, "N"));
  const auto first = hub.claim("ERP");
  ASSERT_EQ(first.size(), 1U);
  hub.clock.advance(std::chrono::minutes(2));  // its lease ends, and another takes the delivery over
  const auto settled = [&](const hub::sync::Delivery& delivery, const char* holder) {
    return hub.store.write([&](hub::store::Session& session) {
      return hub.deliveries.settle(session, "ERP", {receipt(delivery, Status::kRetry)}, holder).front();
    });
  };
  const auto second = hub.store.write([&](hub::store::Session& session) {
    return hub.deliveries.claim(session, "ERP", 10, std::chrono::seconds(60), "another");
  });
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(settled(first[0], "test"), Deliveries::Settled::kRepeat) << "its word comes too late";
  EXPECT_TRUE(hub.claim("ERP").empty()) << "the other one still has it";
  EXPECT_EQ(settled(second[0], "another"), Deliveries::Settled::kRetried);
}

TEST(Delivery, ANewerStateReplacesAPendingOne) {
  Pipeline hub;
  for (int version = 1; version <= 5; ++version) hub.post(client("CRM", version, "N" + std::to_string(version)));
  const auto deliveries = hub.claim("ERP");
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].version, 5);
  EXPECT_EQ(hub::model::find_field(deliveries[0].fields, "fullName")->text(), "N5");
  EXPECT_EQ(hub.counter("ERP", "deliveries_created"), 5);
  EXPECT_EQ(hub.counter("ERP", "deliveries_merged"), 4);
  hub.settle("ERP", receipt(deliveries[0], Status::kOk));
}

TEST(Delivery, NothingOvertakesTheOneUnderWay) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  const auto first = hub.claim("ERP");
  hub.post(client("CRM", 2, "Two"));
  EXPECT_TRUE(hub.claim("ERP").empty()) << "version 2 must wait for the end of version 1";
  EXPECT_EQ(hub.settle("ERP", receipt(first[0], Status::kOk)), Deliveries::Settled::kDone);
  const auto second = hub.claim("ERP");
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].version, 2);
  EXPECT_EQ(second[0].base_version, 1);
  EXPECT_NE(second[0].id, first[0].id);
}

TEST(Delivery, ARepeatCarriesTheSameIdAndContent) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  const auto first = hub.claim("ERP");
  hub.post(client("CRM", 2, "Two"));
  hub.clock.advance(std::chrono::seconds(61));  // the lease is over, nobody knows what became of it
  const auto again = hub.claim("ERP");
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, first[0].id);
  EXPECT_EQ(again[0].version, 1);
  EXPECT_EQ(again[0].attempt, 2);
}

TEST(Delivery, AcknowledgedTwiceCountsOnce) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  const auto first = hub.claim("ERP");
  EXPECT_EQ(hub.settle("ERP", receipt(first[0], Status::kOk)), Deliveries::Settled::kDone);
  EXPECT_EQ(hub.settle("ERP", receipt(first[0], Status::kOk)), Deliveries::Settled::kRepeat);
  hub::sync::Receipt unknown = receipt(first[0], Status::kOk);
  unknown.delivery_id = "ERP:9-1:client:nobody";
  EXPECT_EQ(hub.settle("ERP", unknown), Deliveries::Settled::kUnknown);
  EXPECT_EQ(hub.counter("ERP", "deliveries_applied"), 1);
}

TEST(Delivery, RetriesBackOffAndEndAsADeadLetterThatCanBeReplayed) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  std::string id;
  for (int attempt = 1; attempt <= 5; ++attempt) {
    const auto deliveries = hub.claim("ERP");
    ASSERT_EQ(deliveries.size(), 1U) << "attempt " << attempt;
    EXPECT_EQ(deliveries[0].attempt, attempt);
    id = deliveries[0].id;
    EXPECT_EQ(hub.settle("ERP", receipt(deliveries[0], Status::kRetry)),
              attempt == 5 ? Deliveries::Settled::kDead : Deliveries::Settled::kRetried);
    hub.clock.advance(std::chrono::minutes(5));
  }
  EXPECT_TRUE(hub.claim("ERP").empty());
  EXPECT_EQ(hub.json_of(hub.review.replay(id, ""))["http"], 202);
  const auto replayed = hub.claim("ERP");
  ASSERT_EQ(replayed.size(), 1U);
  EXPECT_EQ(replayed[0].id, id) << "replayable with the same id";
  hub.settle("ERP", receipt(replayed[0], Status::kOk));
  EXPECT_EQ(hub.counter("ERP", "deliveries_dead"), 0);
}

TEST(Delivery, ARejectedOneIsDeadAtOnceAndLaterOnesGoOn) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  EXPECT_EQ(hub.settle("ERP", receipt(hub.claim("ERP")[0], Status::kRejected)), Deliveries::Settled::kDead);
  hub.post(client("CRM", 2, "Two"));
  EXPECT_EQ(hub.claim("ERP").size(), 1U);
}

TEST(Delivery, AThrottledOneBurnsNoAttemptAndTakesTheNewestState) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  for (int i = 0; i < 10; ++i) {
    auto throttled = receipt(hub.claim("ERP").at(0), Status::kThrottled);
    throttled.retry_after = std::chrono::seconds(7);
    EXPECT_EQ(hub.settle("ERP", throttled), Deliveries::Settled::kRetried);
    EXPECT_TRUE(hub.claim("ERP").empty()) << "Retry-After is kept";
    hub.clock.advance(std::chrono::seconds(7));
  }
  hub.post(client("CRM", 2, "Two"));
  EXPECT_EQ(hub.claim("ERP").at(0).version, 2);
}

TEST(Delivery, ARefusedLoginPausesTheSource) {
  Pipeline hub;
  hub.post(client("CRM", 1, "One"));
  EXPECT_EQ(hub.settle("ERP", receipt(hub.claim("ERP")[0], Status::kUnauthenticated)), Deliveries::Settled::kPaused);
  const auto state =
      hub.store.read([](hub::store::Session& session) { return hub::store::load_source_state(session, "ERP"); });
  EXPECT_TRUE(state.paused);
  EXPECT_EQ(hub.claim("ERP").at(0).attempt, 1) << "no attempt is burnt";
}

TEST(Delivery, TheLoserIsRepaired) {
  Pipeline hub;
  hub.post(client("CRM", 2, "Winner"));
  hub.drain();
  EXPECT_EQ(hub.post(client("Portal", 1, "Loser"))["state"], "superseded");
  const auto repair = hub.claim("Portal");
  ASSERT_EQ(repair.size(), 1U);
  EXPECT_EQ(hub::model::find_field(repair[0].fields, "fullName")->text(), "Winner");
  EXPECT_EQ(hub.drain(), 0) << "nobody else is told anything";
}

TEST(Delivery, RepairCanBeTurnedOff) {
  auto config = Pipeline::reference_config();
  config.sources[2].repair = false;
  Pipeline hub(config);
  hub.post(client("CRM", 2, "Winner"));
  hub.drain();
  hub.post(client("Portal", 1, "Loser"));
  EXPECT_TRUE(hub.claim("Portal").empty());
}

TEST(Delivery, WhatASourceHasNoValueOfIsNoRepair) {
  auto config = Pipeline::reference_config();
  config.sources[2].repair = false;
  config.sources[2].entities[0].filter["phone"] = {"+1"};
  Pipeline hub(config);
  hub.post(client("CRM", 1, "One"));
  EXPECT_TRUE(hub.claim("Portal").empty());
  hub.post({{"source", "Portal"}, {"externalId", "C"}, {"phone", "+1"}});
  EXPECT_EQ(hub.claim("Portal").size(), 1U) << "it has the record by its own word, and nothing of its name";
}

TEST(Delivery, AnEchoMakesNoDelivery) {
  Pipeline hub;
  hub.post(client("CRM", 1, "N"));
  hub.drain();
  for (const char* source : {"ERP", "Portal", "LocalDB"})
    EXPECT_EQ(hub.post(client(source, 1, "N"))["resolution"], "ECHO") << source;
  json unversioned = client("ERP", 1, "N");
  unversioned.erase("version");
  EXPECT_EQ(hub.post(unversioned)["resolution"], "ECHO");
  EXPECT_EQ(hub.counter("ERP", "echo_hub"), 2);
  EXPECT_EQ(hub.drain(), 0);
}

TEST(Delivery, AnEditBehindTheHubsOwnWriteIsNoEcho) {
  Pipeline hub;
  hub.post(client("CRM", 1, "N"));
  hub.drain();
  EXPECT_EQ(hub.post({{"source", "ERP"}, {"externalId", "C"}, {"fullName", "Edited"}})["resolution"], "VERSION_WIN");
  EXPECT_EQ(hub.drain(), 3);
}

TEST(Delivery, TheFuseHoldsARecordThatIsWrittenTooOften) {
  auto config = Pipeline::reference_config();
  for (auto& source : config.sources) source.max_writes_per_minute = 3;
  Pipeline hub(config);
  for (int i = 1; i <= 3; ++i) {
    hub.post(client("CRM", i, "N" + std::to_string(i)));
    EXPECT_EQ(hub.drain(), 3);
  }
  hub.post(client("CRM", 4, "N4"));
  EXPECT_EQ(hub.drain(), 0);
  hub.clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(hub.drain(), 3) << "the state is late, not lost";
}

TEST(Delivery, ATargetThatSpokeWhileItWasUnderWayIsOfferedTheStateAgain) {
  Pipeline hub;
  hub.post(client("CRM", 5, "Winner"));
  const auto under_way = hub.claim("Portal");
  hub.clock.advance(std::chrono::milliseconds(5));
  EXPECT_EQ(hub.post(client("Portal", 1, "Older"))["state"], "superseded");
  hub.settle("Portal", receipt(under_way[0], Status::kOk));
  const auto again = hub.claim("Portal");
  ASSERT_EQ(again.size(), 1U) << "which of the two it holds is not known";
  hub.settle("Portal", receipt(again[0], Status::kOk));
  EXPECT_TRUE(hub.claim("Portal").empty());
}

TEST(Delivery, TheShadowHoldsWhatTheTargetReallyKept) {
  Pipeline hub;
  hub.post(client("CRM", 1, "A name much too long"));
  auto trimmed = receipt(hub.claim("ERP")[0], Status::kOk);
  trimmed.fields = hub::model::Fields{{"fullName", hub::model::Value::string("A name")}};
  hub.settle("ERP", trimmed);
  json as_it_is{{"source", "ERP"}, {"externalId", "C"}, {"fullName", "A name"}};
  EXPECT_EQ(hub.post(as_it_is)["resolution"], "ECHO") << "a source that trims must not look like an edit";
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "A name much too long");
}

}  // namespace
}  // namespace tests
