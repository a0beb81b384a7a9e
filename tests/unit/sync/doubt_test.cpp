// Inserts that died without an answer: the row may be there all the same.
#include "hub/store/waiting.hpp"
#include "tests/unit/sync/crossing.hpp"

namespace tests {
namespace {

using hub::model::Op;
using hub::plugin::Status;
using hub::sync::Deliveries;
using hub::sync::Delivery;

class Doubt : public Crossing {
 protected:
  /// Lets the insert of C die without an answer; gives it.
  Delivery lost(const std::string& target = "LocalDB") {
    Delivery insert;
    for (int attempt = 1; attempt <= 5; ++attempt) {
      insert = hub.claim(target).at(0);
      hub.settle(target, receipt(insert, Status::kRetry));
      hub.clock.advance(std::chrono::minutes(5));
    }
    EXPECT_EQ(hub.counter(target, "deliveries_dead"), 1);
    return insert;
  }
  void remove() {
    hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"version", 2}, {"op", "delete"}});
  }
  void rename() { hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}}); }
  Delivery only(const std::string& target = "LocalDB") {
    const auto claimed = hub.claim(target);
    EXPECT_EQ(claimed.size(), 1U);
    return claimed.empty() ? Delivery{} : claimed[0];
  }
};

class KeyedDoubt : public Doubt {
 protected:
  KeyedDoubt() { hub.config.sources[3].entities[0].key = "number"; }
};

TEST_F(KeyedDoubt, TheRowOfARecordThatIsGoneIsFoundAndDeleted) {
  const Delivery insert = lost();
  remove();
  const Delivery again = only();
  EXPECT_EQ(again.id, insert.id) << "what became of it is asked under its own id";
  EXPECT_EQ(again.op, Op::kUpsert);
  hub.settle("LocalDB", receipt(again, Status::kOk));
  const Delivery end = only();
  EXPECT_EQ(end.op, Op::kDelete);
  EXPECT_EQ(end.native_id, "1");
  hub.settle("LocalDB", receipt(end, Status::kOk));
  EXPECT_TRUE(hub.claim("LocalDB").empty());
  EXPECT_EQ(hub.counter("LocalDB", "deliveries_dead"), 0);
}

TEST_F(KeyedDoubt, ANewerStateGoesAtOnceForTheKeyTellsItsRow) {
  const Delivery insert = lost();
  rename();
  const Delivery newer = only();
  EXPECT_NE(newer.id, insert.id);
  hub.settle("LocalDB", receipt(newer, Status::kOk));
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"version", 3}, {"op", "delete"}});
  const Delivery end = only();
  EXPECT_EQ(end.op, Op::kDelete);
  hub.settle("LocalDB", receipt(end, Status::kOk));
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"version", 4}, {"op", "delete"}});
  EXPECT_TRUE(hub.claim("LocalDB").empty()) << "nothing is in doubt any more";
}

TEST_F(KeyedDoubt, EndsWhereTheSourceTellsOfTheRow) {
  lost();
  static_cast<void>(hub.pulled({told({{"fullName", "N"}, {"email", "n@x.org"}}, "e1")}));
  remove();
  const Delivery end = only();
  EXPECT_EQ(end.op, Op::kDelete);
  EXPECT_EQ(end.native_id, "1");
}

TEST_F(Doubt, WithoutAKeyTheInsertIsRepeatedBeforeANewerState) {
  const Delivery insert = lost();
  rename();
  const Delivery again = only();
  EXPECT_EQ(again.id, insert.id) << "under another id it would make a second row";
  EXPECT_EQ(*hub::model::find_field(again.fields, "fullName"), hub::model::Value::string("N"));
  hub.settle("LocalDB", receipt(again, Status::kOk));
  const Delivery newer = only();
  EXPECT_EQ(newer.native_id, "1");
  EXPECT_EQ(newer.changed, (hub::model::Fields{{"fullName", hub::model::Value::string("M")}}));
}

TEST_F(Doubt, ThatIsNotAnsweredAgainWaitsForTheNextNewerState) {
  const Delivery insert = lost();
  rename();
  hub.counter("LocalDB", "deliveries_dead");
  for (int attempt = 1; attempt <= 5; ++attempt) {
    const Delivery again = only();
    EXPECT_EQ(again.id, insert.id);
    hub.settle("LocalDB", receipt(again, Status::kRetry));
    hub.clock.advance(std::chrono::minutes(5));
  }
  EXPECT_TRUE(hub.claim("LocalDB").empty()) << "else it would be tried for ever";
  EXPECT_EQ(hub.counter("LocalDB", "deliveries_dead"), 1);
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 3}, {"fullName", "O"}});
  EXPECT_EQ(only().id, insert.id);
}

TEST_F(Doubt, IsNoneWhereTheTargetRefusedTheInsertAtOnce) {
  const Delivery refused = only();
  hub.settle("LocalDB", receipt(refused, Status::kRejected));
  rename();
  const Delivery newer = only();
  EXPECT_NE(newer.id, refused.id);
  EXPECT_EQ(*hub::model::find_field(newer.fields, "fullName"), hub::model::Value::string("M"));
}

TEST_F(Doubt, IsCarriedOverTheReplayOfAPerson) {
  const Delivery insert = lost();
  hub.settle("LocalDB", receipt(insert, Status::kRetry));
  hub.store.write([](hub::store::Session& session) {
    auto letter = hub::store::list_dead_letters(session, "LocalDB", "", "", 1).at(0);
    letter.row_version = 0;  // of a state that is long gone
    hub::store::put_dead_letter(session, letter);
  });
  EXPECT_EQ(hub.json_of(hub.review.replay(insert.id, ""))["http"], 202);
  EXPECT_EQ(only().id, insert.id);
}

TEST_F(Doubt, AConnectorIsToldToDeleteWhatItMayHave) {
  const Delivery insert = lost("Portal");
  remove();
  const Delivery again = only("Portal");
  EXPECT_EQ(again.id, insert.id);
  hub.settle("Portal", receipt(again, Status::kOk));
  EXPECT_EQ(only("Portal").op, Op::kDelete);
}

}  // namespace
}  // namespace tests
