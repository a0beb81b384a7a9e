// What a source tells and what the hub writes to it, crossing each other.
#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/timer.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::model::Value;
using hub::plugin::Status;
using nlohmann::json;

/// LocalDB has a plugin and gives its rows etags.
class Crossing : public testing::Test {
 protected:
  Crossing() : hub(mapped()) {
    hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "N"}, {"email", "n@x.org"}});
  }

  static hub::config::Config mapped() {
    auto config = Pipeline::reference_config();
    config.sources[3].plugin = "any";
    return config;
  }
  hub::sync::Receipt receipt(const hub::sync::Delivery& delivery, Status status, const std::string& etag = {}) {
    hub::sync::Receipt made;
    made.delivery_id = delivery.id;
    made.status = status;
    if (status == Status::kOk) made.native_id = "1";
    made.source_etag = etag;
    return made;
  }
  hub::sync::Submission told(const json& row, const std::string& etag) {
    hub::plugin::PulledChange pulled;
    pulled.native_id = "1";
    pulled.etag = etag;
    pulled.body = row.dump();
    const auto& source = hub.config.sources[3];
    auto submission = hub::sync::submission_of(source, source.entities[0], hub.config.entities[0], pulled);
    submission.change.key.external_id = "C";
    return submission;
  }
  std::string resolution(const hub::sync::Submission& change) {
    return std::string(hub::model::to_string(*std::get<hub::sync::Answer>(hub.pulled({change}).at(0)).resolution));
  }
  hub::model::Link link() {
    return *hub.store.read([](hub::store::Session& session) {
      return hub::store::load_link(session, {"client", "C"}, "LocalDB");
    });
  }

  Pipeline hub;
};

TEST_F(Crossing, TheEtagOfAnEditThatFollowedTheWriteIsKept) {
  const auto write = hub.claim("LocalDB").at(0);
  // The write made the row, then somebody edited it, and the pull was quicker than the receipt.
  static_cast<void>(hub.pulled({told({{"fullName", "Edited"}, {"email", "n@x.org"}}, "e2")}));
  hub.settle("LocalDB", receipt(write, Status::kOk, "e1"));
  EXPECT_EQ(link().source_etag, "e2") << "a write that expects e1 would be stale for ever: the source has told all";
}

TEST_F(Crossing, TheEtagOfTheReceiptIsTakenWhenThePullTellsOfTheTimeBefore) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}});
  const auto write = hub.claim("LocalDB").at(0);
  static_cast<void>(hub.pulled({told({{"fullName", "N"}, {"email", "other@x.org"}}, "e1")}));
  hub.settle("LocalDB", receipt(write, Status::kOk, "e2"));
  EXPECT_EQ(link().source_etag, "e2");
}

TEST_F(Crossing, AnEditUnderTheHubsWriteIsNoEchoThoughTheEtagIsThatOfTheWrite) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}});
  // Somebody edits the e-mail, then the hub writes the name, and only then comes the pull.
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e3"));
  auto row = told({{"fullName", "M"}, {"email", "edited@x.org"}}, "e3");
  row.echo = true;
  EXPECT_EQ(resolution(row), "VERSION_WIN");
  EXPECT_EQ(hub.record("client", "C")["fields"]["email"], "edited@x.org");
}

TEST_F(Crossing, WhereASourceRefusesToBeOverwrittenItsEtagProvesAnEcho) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  auto row = told({{"fullName", "what it makes of N"}}, "e1");
  row.echo = row.guarded = true;
  EXPECT_EQ(resolution(row), "ECHO");
}

TEST_F(Crossing, AReceiptSpeaksOfTheFieldsThatWereSent) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "A long name"}});
  const auto write = hub.claim("LocalDB").at(0);
  EXPECT_EQ(write.changed.size(), 1U);
  auto done = receipt(write, Status::kOk);
  done.fields = hub::model::Fields{{"email", Value::string("edited@x.org")}, {"fullName", Value::string("A long")}};
  hub.settle("LocalDB", done);
  EXPECT_EQ(*hub::model::find_field(link().shadow, "fullName"), Value::string("A long"));
  EXPECT_EQ(resolution(told({{"fullName", "A long"}, {"email", "edited@x.org"}}, "e2")), "VERSION_WIN")
      << "nobody has heard of the edit yet";
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "A long name");
}

TEST_F(Crossing, WhatMayHaveBeenWrittenIsRepeatedUnderTheSameId) {
  for (const Status nothing_written : {Status::kThrottled, Status::kUnauthenticated, Status::kCancelled}) {
    const auto lost = hub.claim("LocalDB").at(0);
    hub.settle("LocalDB", receipt(lost, Status::kRetry));
    hub.clock.advance(std::chrono::minutes(5));
    hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), nothing_written));
    hub.clock.advance(std::chrono::minutes(5));
    const auto again = hub.claim("LocalDB").at(0);
    EXPECT_EQ(again.id, lost.id) << "the first attempt may have made the row";
    hub.settle("LocalDB", receipt(again, Status::kStale));
    hub.clock.advance(std::chrono::minutes(5));
  }
}

TEST_F(Crossing, ADeleteThatTheSourceTellsOfBeforeItsReceiptIsDone) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"version", 2}, {"op", "delete"}});
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kRetry));  // it was deleted, the answer is lost
  auto gone = told(json::object(), "");
  gone.change.op = hub::model::Op::kDelete;
  gone.change.fields.clear();
  static_cast<void>(hub.pulled({gone}));
  hub.clock.advance(std::chrono::minutes(5));
  auto done = receipt(hub.claim("LocalDB").at(0), Status::kOk);
  done.native_id.clear();
  hub.settle("LocalDB", done);
  EXPECT_TRUE(link().deleted);
  EXPECT_TRUE(hub.claim("LocalDB").empty());
}

TEST_F(Crossing, ADeadDeliveryIsReplayedUnderItsIdToItsOwnRowAlone) {
  const auto dead = hub.claim("LocalDB").at(0);
  hub.settle("LocalDB", receipt(dead, Status::kRejected));
  static_cast<void>(hub.pulled({told({{"fullName", "N"}}, "e1")}));  // the record has a row there by now
  EXPECT_EQ(hub.json_of(hub.review.replay(dead.id, ""))["http"], 202);
  const auto again = hub.claim("LocalDB");
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].native_id, "1");
  EXPECT_NE(again[0].id, dead.id) << "under that id the target may have made another row";
}

/// LocalDB's rows have numbers and no keys.
class OwnRows : public Crossing {
 protected:
  hub::sync::Answer row(const std::string& native, const json& fields) {
    hub::plugin::PulledChange pulled;
    pulled.native_id = native;
    pulled.body = fields.dump();
    const auto& source = hub.config.sources[3];
    return std::get<hub::sync::Answer>(
        hub.pulled({hub::sync::submission_of(source, source.entities[0], hub.config.entities[0], pulled)}).at(0));
  }
  void pass(std::chrono::minutes time) {
    hub.clock.advance(time);
    static_cast<void>(hub::sync::release_due(hub.around, hub.committer));
  }
  std::string holder_of(const std::string& native) {
    const auto found = hub.store.read(
        [&](hub::store::Session& session) { return hub::store::find_link(session, "LocalDB", "client", native); });
    return found ? found->key.external_id : "nobody";
  }
};

TEST_F(OwnRows, ARowThatTheHubMadeIsNoNewRecordThoughThePullIsQuickerThanTheReceipt) {
  const auto insert = hub.claim("LocalDB").at(0);
  EXPECT_EQ(row("1", {{"fullName", "N"}, {"email", "n@x.org"}}).state, hub::model::ChangeState::kWaiting);
  EXPECT_EQ(row("1", {{"fullName", "Edited"}, {"email", "n@x.org"}}).state, hub::model::ChangeState::kWaiting)
      << "changes of one row keep their order";
  hub.settle("LocalDB", receipt(insert, Status::kOk));
  pass(std::chrono::minutes(0));
  EXPECT_EQ(holder_of("1"), "C");
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "Edited");
}

TEST_F(OwnRows, ARowThatSomebodyElseMadeIsANewRecordOnceTheReceiptHasCome) {
  const auto insert = hub.claim("LocalDB").at(0);
  EXPECT_EQ(row("7", {{"fullName", "Other"}}).state, hub::model::ChangeState::kWaiting);
  hub.post({{"source", "CRM"}, {"externalId", "D"}, {"version", 1}, {"fullName", "later"}});
  ASSERT_EQ(hub.claim("LocalDB").size(), 1U);
  for (int i = 0; i < 20; ++i) pass(std::chrono::minutes(0));
  EXPECT_EQ(holder_of("7"), "nobody");
  hub.settle("LocalDB", receipt(insert, Status::kOk));
  pass(std::chrono::minutes(0));
  EXPECT_EQ(holder_of("7").size(), 26U) << "what was sent later cannot have made it";
}

TEST_F(OwnRows, WaitingForAReceiptCostsNoPatienceForWhatIsReferenced) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "C"}, {"total", "1"}}}});
  auto insert = receipt(hub.claim("LocalDB").at(0), Status::kOk);
  insert.native_id = "4";
  hub::plugin::PulledChange order;
  order.native_id = "5";
  order.body = R"({"clientId":"9","total":"2"})";
  const auto& source = hub.config.sources[3];
  hub.pulled({hub::sync::submission_of(source, source.entities[1], hub.config.entities[1], order)});
  for (int i = 0; i < 20; ++i) pass(std::chrono::minutes(1));
  hub.settle("LocalDB", insert);
  for (int i = 0; i < 5; ++i) {
    pass(std::chrono::minutes(1));
    EXPECT_EQ(hub.counter("LocalDB", "dead"), 0) << i;
  }
  pass(std::chrono::minutes(1));
  EXPECT_EQ(hub.counter("LocalDB", "dead"), 1);
}

TEST_F(OwnRows, ParkedChangesOfOneRowAreOfOneRecord) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  const auto order = [&](const json& fields) {
    hub::plugin::PulledChange pulled;
    pulled.native_id = "5";
    pulled.body = fields.dump();
    const auto& source = hub.config.sources[3];
    return std::get<hub::sync::Answer>(
        hub.pulled({hub::sync::submission_of(source, source.entities[1], hub.config.entities[1], pulled)}).at(0));
  };
  const auto first = order({{"clientId", "9"}, {"total", "1"}});
  EXPECT_EQ(first.state, hub::model::ChangeState::kWaiting);
  EXPECT_EQ(order({{"clientId", "1"}, {"total", "2"}}).key.external_id, first.key.external_id);
  EXPECT_EQ(order({{"total", "3"}}).key.external_id, first.key.external_id);
}

TEST_F(Crossing, APersonsDecisionThatWaitsIsReadAgain) {
  hub.post({{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "C"}, {"total", "1"}}}});
  const std::string etag = hub.record("order", "O")["etag"];
  EXPECT_EQ(hub.json_of(hub.review.edit({"order", "O"}, etag, R"({"clientId":"D"})"))["http"], 409);
  hub.post({{"source", "CRM"}, {"externalId", "D"}, {"version", 1}, {"fullName", "it has come"}});
  EXPECT_EQ(hub.record("order", "O")["fields"]["clientId"], "D");
}

}  // namespace
}  // namespace tests
