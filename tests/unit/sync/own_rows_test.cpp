// Rows of a source that has no keys: which record they are is known by receipts alone.
#include "tests/unit/sync/crossing.hpp"

namespace tests {
namespace {

using hub::model::ChangeState;
using hub::plugin::Status;
using nlohmann::json;

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
  hub::sync::Answer end_of(const std::string& native) {
    hub::plugin::PulledChange pulled;
    pulled.op = hub::model::Op::kDelete;
    pulled.native_id = native;
    pulled.body = "{}";
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
  EXPECT_EQ(row("1", {{"fullName", "N"}, {"email", "n@x.org"}}).state, ChangeState::kWaiting);
  EXPECT_EQ(row("1", {{"fullName", "Edited"}, {"email", "n@x.org"}}).state, ChangeState::kWaiting)
      << "changes of one row keep their order";
  hub.settle("LocalDB", receipt(insert, Status::kOk));
  pass(std::chrono::minutes(0));
  EXPECT_EQ(holder_of("1"), "C");
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "Edited");
}

TEST_F(OwnRows, ARowThatSomebodyElseMadeIsANewRecordOnceTheReceiptHasCome) {
  const auto insert = hub.claim("LocalDB").at(0);
  EXPECT_EQ(row("7", {{"fullName", "Other"}}).state, ChangeState::kWaiting);
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
  EXPECT_EQ(first.state, ChangeState::kWaiting);
  EXPECT_EQ(order({{"clientId", "1"}, {"total", "2"}}).key.external_id, first.key.external_id);
  EXPECT_EQ(order({{"total", "3"}}).key.external_id, first.key.external_id);
}

TEST_F(OwnRows, WhatIsToldOfARowBeforeItsReceiptIsDecidedBeforeTheRowIsWrittenAgain) {
  const auto insert = hub.claim("LocalDB").at(0);
  EXPECT_EQ(row("1", {{"fullName", "N"}, {"email", "n@x.org"}}).state, ChangeState::kWaiting);
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"version", 2}, {"op", "delete"}});
  hub.settle("LocalDB", receipt(insert, Status::kOk));
  EXPECT_TRUE(hub.claim("LocalDB").empty()) << "without the row nobody could say what was told of it";
  pass(std::chrono::minutes(0));
  EXPECT_EQ(holder_of("1"), "C");
  const auto gone = hub.claim("LocalDB");
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].op, hub::model::Op::kDelete);
  EXPECT_EQ(gone[0].native_id, "1");
  hub.settle("LocalDB", receipt(gone[0], Status::kOk));
  EXPECT_EQ(hub.counter("LocalDB", "applied"), 0) << "it made no record of its own";
}

TEST_F(OwnRows, TheEndOfARowThatIsToldBeforeItsReceiptIsTheEndOfTheRecord) {
  const auto insert = hub.claim("LocalDB").at(0);
  EXPECT_EQ(end_of("1").state, ChangeState::kWaiting) << "the hub's insert may have made it";
  hub.settle("LocalDB", receipt(insert, Status::kOk));
  pass(std::chrono::minutes(0));
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
}

TEST_F(OwnRows, ARepeatRefersToTheRowThatItReferredToAlthoughThatIsGone) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "C"}, {"total", "1"}}}});
  const auto lost = hub.claim("LocalDB").at(0);
  hub.settle("LocalDB", receipt(lost, Status::kRetry));
  EXPECT_EQ(end_of("1").state, ChangeState::kApplied);
  hub.clock.advance(std::chrono::minutes(5));
  const auto again = hub.claim("LocalDB");
  ASSERT_EQ(again.size(), 1U) << "only the repeat will tell whether the order is there";
  EXPECT_EQ(again[0].id, lost.id);
  EXPECT_EQ(hub::model::find_field(again[0].fields, "clientId")->text(), "1");
}

TEST_F(OwnRows, ARowWhoseChangesWaitedIsNotNamedByThem) {
  const auto insert = hub.claim("LocalDB").at(0);
  EXPECT_EQ(row("7", {{"fullName", "Other"}}).state, ChangeState::kWaiting);
  EXPECT_EQ(row("7", {{"fullName", "Edited"}}).state, ChangeState::kWaiting);
  hub.settle("LocalDB", receipt(insert, Status::kOk));
  pass(std::chrono::minutes(0));
  EXPECT_EQ(holder_of("7").size(), 26U) << holder_of("7");
  EXPECT_EQ(hub.record("client", holder_of("7"))["fields"]["fullName"], "Edited");
}

}  // namespace
}  // namespace tests
