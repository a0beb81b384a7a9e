#include "hub/store/conflicts.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tests {
namespace {

using nlohmann::json;

/// Clients C0 to C4, each with an e-mail of the ERP that the ERP contradicts; the odd ones with another name besides.
class Bulk : public testing::Test {
 protected:
  Bulk() {
    for (int i = 0; i < 5; ++i) {
      send(i, {{"email", "old@x.org"}, {"fullName", "A"}});
      json second{{"email", "new@x.org"}};
      if (i % 2 == 1) second["fullName"] = "B";
      send(i, second);
      hub.clock.advance(std::chrono::minutes{1});
    }
  }
  json send(int i, const json& fields, int version = 1) {
    return hub.post({{"source", "ERP"},
                     {"entity", "client"},
                     {"externalId", "C" + std::to_string(i)},
                     {"version", version},
                     {"fields", fields}});
  }
  json decide(const json& body) { return hub.json_of(hub.review.resolve_conflicts(body.dump())); }
  json preview() { return decide({{"filter", filter}, {"take", take}}); }
  json apply(const std::string& token) {
    return decide({{"filter", filter}, {"take", take}, {"apply", true}, {"preview", token}});
  }
  std::string email(int i) { return hub.record("client", "C" + std::to_string(i))["fields"]["email"]; }
  std::int64_t open() {
    return hub.store.read([](hub::store::Session& session) { return hub::store::count_open_conflicts(session); });
  }
  json query(hub::sync::ConflictQuery asked, const hub::sync::Page& page = {}) {
    return hub.json_of(hub.store.read(
        [&](hub::store::Session& session) { return hub::sync::view_conflict_query(session, asked, page); }));
  }

  Pipeline hub;
  json filter{{"kind", "field"}, {"source", "ERP"}, {"field", "email"}};
  json take{{"email", "incoming"}};
};

TEST_F(Bulk, APreviewSaysWhatWouldHappenAndChangesNothing) {
  const json shown = preview();
  EXPECT_EQ(shown["http"], 200) << shown;
  EXPECT_EQ(shown["applied"], false);
  EXPECT_EQ(shown["matched"], 5);
  EXPECT_EQ(shown["settled"], 3);
  EXPECT_EQ(shown["refused"], 2) << "of those with a name in dispute it says too little";
  EXPECT_EQ(shown["items"][0]["fields"],
            json({{"email", {{"incoming", "new@x.org"}, {"canonical", "old@x.org"}, {"becomes", "new@x.org"}}}}));
  EXPECT_NE(shown["leftOut"][0]["why"].get<std::string>().find("fullName"), std::string::npos) << shown;
  EXPECT_EQ(open(), 5);
  EXPECT_EQ(email(0), "old@x.org");
}

TEST_F(Bulk, AppliesJustWhatThePreviewSaid) {
  const json shown = preview();
  const json done = apply(shown["preview"]);
  EXPECT_EQ(done["applied"], true);
  for (const char* count : {"matched", "settled", "refused"}) EXPECT_EQ(done[count], shown[count]) << count;
  EXPECT_EQ(done["movedOn"], 0);
  EXPECT_EQ(open(), 2);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(email(i), i % 2 == 0 ? "new@x.org" : "old@x.org") << i;
  EXPECT_EQ(hub.record("client", "C0")["lastSource"], "steward");
}

TEST_F(Bulk, LeavesWhatMovedOnSinceThePreview) {
  take = "incoming";
  const json shown = preview();
  EXPECT_EQ(shown["settled"], 5);
  hub.post({{"source", "CRM"}, {"externalId", "C0"}, {"version", 7}, {"phone", "1"}});  // the record
  send(1, {{"fullName", "A"}});                                                         // the question
  send(5, {{"email", "old@x.org"}, {"fullName", "A"}});
  send(5, {{"email", "new@x.org"}});  // a new one
  ASSERT_EQ(hub.json_of(hub.review.resolve_conflict("ERP:6", "*", R"({"take":"canonical"})"))["http"], 200);  // C2
  const json done = apply(shown["preview"]);
  EXPECT_EQ(done["settled"], 2) << done;
  EXPECT_EQ(done["movedOn"], 4) << done;
  EXPECT_EQ(done["leftOut"].size(), 3U) << "the one that was settled is not open any more";
  EXPECT_EQ(email(0), "old@x.org");
  EXPECT_EQ(email(1), "old@x.org");
  EXPECT_EQ(email(2), "old@x.org");
  EXPECT_EQ(email(3), "new@x.org");
  EXPECT_EQ(email(4), "new@x.org");
  EXPECT_EQ(email(5), "old@x.org");
}

TEST_F(Bulk, SettlesASecondConflictOfARecordThatStillAsksTheSame) {
  const auto from_crm = [&](const char* id, const json& fields) {
    hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", id}, {"version", 1}, {"fields", fields}});
  };
  from_crm("C0", {{"phone", "1"}});
  from_crm("C0", {{"phone", "2"}});  // of other fields than the ERP's
  from_crm("C2", {{"email", "crm@x.org"}});
  from_crm("C2", {{"email", "crm2@x.org"}});  // of the same
  filter = json::object();
  take = "incoming";
  const json shown = preview();
  EXPECT_EQ(shown["settled"], 7) << shown;
  const json done = apply(shown["preview"]);
  EXPECT_EQ(done["settled"], 6) << done;
  EXPECT_EQ(done["movedOn"], 1);
  EXPECT_EQ(done["leftOut"][0]["externalId"], "C2");
  EXPECT_EQ(done["leftOut"][0]["why"], "what was settled of the record before changes what it asks");
  EXPECT_EQ(hub.record("client", "C0")["fields"]["phone"], "2");
  EXPECT_EQ(email(0), "new@x.org");
  EXPECT_EQ(email(2), "new@x.org") << "the older question";
  EXPECT_EQ(open(), 1);
}

TEST_F(Bulk, GoesOnWhereARequestEnds) {
  constexpr int kMore = 4'001;
  for (const char* said : {"old@x.org", "new@x.org"}) {
    std::vector<hub::sync::Submission> changes;
    for (int i = 0; i < kMore; ++i) {
      const json body{{"source", "ERP"},
                      {"entity", "client"},
                      {"externalId", "M" + std::to_string(i)},
                      {"version", 1},
                      {"fields", {{"email", said}}}};
      auto read = hub::sync::Intake(hub.config).read(body.dump(), hub.clock.now_ms());
      changes.push_back(std::get<hub::sync::Submission>(std::move(read)));
    }
    hub.pulled(changes);
  }
  hub.clock.advance(std::chrono::minutes{1});
  for (const char* phone : {"1", "2"})  // a second question about a record that the first request settles
    hub.post({{"source", "CRM"}, {"externalId", "M0"}, {"version", 1}, {"phone", phone}});
  filter = json::object();
  take = "incoming";
  json body{{"filter", filter}, {"take", take}, {"apply", true}, {"preview", preview()["preview"]}};
  const json first = decide(body);
  EXPECT_EQ(first["settled"], 4'000) << first;
  EXPECT_EQ(first["movedOn"], 0);
  EXPECT_EQ(open(), 7);
  body["cursor"] = first["next"];
  const json last = decide(body);
  EXPECT_EQ(last["settled"], 7) << last;
  EXPECT_EQ(last["movedOn"], 0);
  EXPECT_TRUE(last["next"].is_null());
  EXPECT_EQ(open(), 0);
  EXPECT_EQ(hub.record("client", "M0")["fields"], json({{"email", "new@x.org"}, {"phone", "2"}}));
  body["cursor"] = "nonsense";
  EXPECT_EQ(decide(body)["http"], 400);
}

TEST_F(Bulk, WithAStarTakesWhatThereIs) {
  take = "canonical";
  EXPECT_EQ(apply("*")["settled"], 5);
  EXPECT_EQ(open(), 0);
}

TEST_F(Bulk, APreviewIsOfOneDecision) {
  const std::string token = preview()["preview"];
  take = "canonical";
  EXPECT_EQ(apply(token)["http"], 400);
  EXPECT_EQ(apply("nonsense")["http"], 400);
  EXPECT_EQ(apply("")["http"], 428);
  EXPECT_EQ(open(), 5);
}

TEST_F(Bulk, NewValuesAreGivenToAllThatMatch) {
  filter["field"] = "email";
  const json body{{"filter", filter}, {"take", "canonical"}, {"fields", {{"email", nullptr}}}};
  json shown = decide(body);
  EXPECT_EQ(shown["settled"], 5) << shown;
  json again = body;
  again["apply"] = true;
  again["preview"] = shown["preview"];
  EXPECT_EQ(decide(again)["settled"], 5);
  EXPECT_TRUE(hub.record("client", "C3")["fields"]["email"].is_null());
  EXPECT_EQ(hub.record("client", "C3")["fields"]["fullName"], "A");
}

TEST_F(Bulk, BadRequestsAreRefused) {
  for (const json& body :
       {json{{"filter", {{"colour", "red"}}}, {"take", "incoming"}}, json{{"filter", "all"}, {"take", "incoming"}},
        json{{"filter", json::object()}}, json{{"filter", {{"since", "yesterday"}}}, {"take", "incoming"}},
        json{{"filter", {{"kind", 1}}}, {"take", "incoming"}}, json{{"take", "incoming"}, {"apply", "yes"}}})
    EXPECT_EQ(decide(body)["http"], 400) << body;
}

TEST_F(Bulk, OtherKindsAreLeftOutWithTheReason) {
  hub.post({{"source", "ERP"}, {"externalId", "C4"}, {"op", "delete"}, {"version", 1}});
  filter = json::object();
  const json shown = preview();
  EXPECT_EQ(shown["refused"], 3);
  EXPECT_NE(shown["leftOut"].dump().find("a delete has no values"), std::string::npos) << shown;
}

TEST_F(Bulk, TheInboxIsFilteredAndGrouped) {
  hub.post({{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O1"},
            {"version", 1},
            {"fields", {{"clientId", "C0"}, {"total", "1"}}}});
  hub.post({{"source", "CRM"}, {"entity", "order"}, {"externalId", "O1"}, {"version", 1}, {"op", "delete"}});
  const json by_field = query({"", "field", "", {}})["items"];
  ASSERT_EQ(by_field.size(), 3U) << by_field;
  EXPECT_EQ(by_field[0]["field"], "email");
  EXPECT_EQ(by_field[0]["entity"], "client");
  EXPECT_EQ(by_field[0]["count"], 5);
  EXPECT_EQ(by_field[1]["field"], "fullName");
  EXPECT_EQ(by_field[1]["count"], 2);
  EXPECT_TRUE(by_field[2]["field"].is_null()) << "the whole order";
  EXPECT_EQ(query({"", "kind", "", {}})["items"][0],
            json({{"kind", "field"}, {"count", 5}, {"oldestAt", by_field[0]["oldestAt"]}}));
  EXPECT_EQ(query({"", "source", "", {}})["items"].size(), 2U);
  EXPECT_EQ(query({"open", "entity", "", {}})["items"][1]["entity"], "order");
  hub::sync::ConflictQuery names{"", "source", "", {}};
  names.filter.field = "fullName";
  EXPECT_EQ(query(names)["items"][0]["count"], 2);
  EXPECT_EQ(query({"resolved", "kind", "", {}})["http"], 400);
  EXPECT_EQ(query({"", "", "noon", {}})["http"], 400);

  const auto found = [&](const hub::store::ConflictFilter& wanted, const char* state = "open") {
    return query({state, "", "", wanted})["items"].size();
  };
  EXPECT_EQ(found({}), 6U);
  EXPECT_EQ(found({.kind = "delete_vs_edit"}), 1U);
  EXPECT_EQ(found({.entity = "client"}), 5U);
  EXPECT_EQ(found({.source = "CRM"}), 1U);
  EXPECT_EQ(found({.field = "fullName"}), 2U);
  EXPECT_EQ(found({.source = "CRM", .field = "fullName"}), 0U);
  EXPECT_EQ(found({.text = "c3"}), 1U);
  EXPECT_EQ(found({.field = "fullName"}, ""), 2U);
  EXPECT_EQ(found({.kind = "field"}, "resolved"), 0U);
  hub::sync::ConflictQuery late{"open", "", by_field[1]["oldestAt"], {}};
  EXPECT_EQ(query(late)["items"].size(), 5U) << "without C0";

  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const json page = query({"open", "", "", {}}, {cursor, 2});
    for (const json& item : page["items"]) EXPECT_TRUE(seen.insert(item["id"]).second);
    cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_EQ(pages, 3);
}

TEST_F(Bulk, OfManyReviewersOneWins) {
  const auto view =
      hub.store.read([](hub::store::Session& session) { return hub::sync::view_conflict(session, "ERP:2"); });
  const std::string etag = std::get<hub::sync::View>(view).etag;
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> reviewers;
  for (const char* side : {"incoming", "canonical", "incoming", "canonical"})
    reviewers.emplace_back([&, side] {
      const auto outcome = hub.review.resolve_conflict("ERP:2", etag, json{{"take", side}}.dump());
      const auto* refusal = std::get_if<hub::sync::Refusal>(&outcome);
      if (refusal == nullptr) ++won;
      if (refusal != nullptr && refusal->status == 409) ++lost;
    });
  for (std::thread& reviewer : reviewers) reviewer.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 3);
}

}  // namespace
}  // namespace tests
