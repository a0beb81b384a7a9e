// What a source tells and what the hub writes to it, crossing each other.
#include "tests/unit/sync/crossing.hpp"

namespace tests {
namespace {

using hub::model::Value;
using hub::plugin::Status;
using nlohmann::json;

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

TEST_F(Crossing, AnInsertIsNotRepeatedOnceTheSourceHasToldOfTheRow) {
  const auto lost = hub.claim("LocalDB").at(0);
  hub.settle("LocalDB", receipt(lost, Status::kRetry));
  static_cast<void>(hub.pulled({told({{"fullName", "N"}, {"email", "edited@x.org"}}, "e2")}));
  hub.clock.advance(std::chrono::minutes(5));
  const auto repair = hub.claim("LocalDB");
  ASSERT_EQ(repair.size(), 1U);
  EXPECT_NE(repair[0].id, lost.id) << "what is known of the row by now is newer";
  EXPECT_EQ(repair[0].native_id, "1");
  EXPECT_EQ(repair[0].changed, (hub::model::Fields{{"email", Value::string("n@x.org")}}));
}

TEST_F(Crossing, ARowThatIsNotThereIsMadeAnewWhereTheHubHasDeletedIt) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"version", 2}, {"op", "delete"}});
  const auto end = hub.claim("LocalDB").at(0);
  static_cast<void>(hub.pulled({told({{"fullName", "Edited"}, {"email", "n@x.org"}}, "e2")}));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 3}, {"fullName", "back"}});
  hub.settle("LocalDB", receipt(end, Status::kOk));
  const auto update = hub.claim("LocalDB").at(0);
  EXPECT_EQ(update.native_id, "1") << "the edit may have come last";
  hub.settle("LocalDB", receipt(update, Status::kNotFound));
  hub.clock.advance(std::chrono::minutes(5));
  const auto insert = hub.claim("LocalDB");
  ASSERT_EQ(insert.size(), 1U);
  EXPECT_EQ(insert[0].native_id, "");
  EXPECT_FALSE(insert[0].known);
}

TEST_F(Crossing, ARowThatItsPeopleHaveDeletedIsNotMadeAnew) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}});
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kNotFound));
  hub.clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(hub.claim("LocalDB").at(0).native_id, "1") << "the next pull will tell of their delete";
}

TEST_F(Crossing, ARepeatIsOfItsRowAlone) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}});
  const auto lost = hub.claim("LocalDB").at(0);
  hub.settle("LocalDB", receipt(lost, Status::kRetry));
  auto another = told({{"fullName", "N"}, {"email", "n@x.org"}}, "e1");
  another.change.native_id = "9";  // the record has another row by now
  static_cast<void>(hub.pulled({another}));
  hub.clock.advance(std::chrono::minutes(5));
  const auto write = hub.claim("LocalDB").at(0);
  EXPECT_EQ(write.native_id, "9");
  EXPECT_NE(write.id, lost.id) << "a target that knows the id would answer with the row that it wrote then";
}

}  // namespace
}  // namespace tests
