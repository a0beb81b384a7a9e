#include "hub/store/conflicts.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

class Conflict : public testing::Test {
 protected:
  Conflict() {
    hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"fullName", "A"}});
    hub.drain();
    id = hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"fullName", "B"}})["conflictId"];
  }
  json show(const std::string& which) {
    return hub.json_of(
        hub.store.read([&](hub::store::Session& session) { return hub::sync::view_conflict(session, which); }));
  }
  json show() { return show(id); }
  json resolve(const json& decision, const std::string& if_match = "*") {
    return hub.json_of(hub.review.resolve_conflict(id, if_match, decision.dump()));
  }
  std::vector<hub::store::ConflictRow> open() {
    return hub.store.read(
        [](hub::store::Session& session) { return hub::store::list_open_conflicts(session, {}, {}, 100); });
  }
  std::string name() { return hub.record("client", "C")["fields"]["fullName"]; }

  Pipeline hub;
  std::string id;
};

TEST_F(Conflict, ShowsEverySideWithWhoWroteItAndWhen) {
  const json shown = show();
  EXPECT_EQ(shown["state"], "open");
  EXPECT_EQ(shown["kind"], "field");
  EXPECT_EQ(shown["fields"], json({"fullName"}));
  const json side = shown["sides"]["fullName"];
  EXPECT_EQ(side["disputed"], true);
  EXPECT_EQ(side["base"]["value"], "A") << "what CRM held before";
  EXPECT_EQ(side["incoming"]["value"], "B");
  EXPECT_EQ(side["incoming"]["changeId"], "CRM:2");
  EXPECT_EQ(side["incoming"]["version"], 5);
  EXPECT_EQ(side["canonical"]["value"], "A");
  EXPECT_EQ(side["canonical"]["changeId"], "CRM:1");
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 6}, {"fullName", "E"}});
  const json later = show()["sides"]["fullName"];
  EXPECT_EQ(later["canonical"]["source"], "ERP");
  EXPECT_EQ(later["canonicalThen"]["value"], "A");
  EXPECT_EQ(later["canonicalThen"]["source"], "CRM");
}

TEST_F(Conflict, TakingTheIncomingWritesANewVersionForEverybody) {
  const json answer = resolve({{"take", "incoming"}});
  EXPECT_EQ(answer["version"], 6);
  EXPECT_EQ(name(), "B");
  EXPECT_EQ(hub.record("client", "C")["lastSource"], "steward");
  EXPECT_EQ(show()["outcome"], "incoming");
  EXPECT_EQ(show()["decided"], json({{"fullName", "incoming"}}));
  EXPECT_EQ(hub.claim("CRM").size(), 0U) << "it holds B already";
  EXPECT_EQ(hub.drain(), 3);
}

TEST_F(Conflict, KeepingTheCanonicalRepairsTheSourceThatRaisedIt) {
  EXPECT_TRUE(hub.claim("CRM").empty()) << "while the conflict is open its value must not be overwritten";
  EXPECT_EQ(resolve({{"take", "canonical"}})["http"], 200);
  EXPECT_EQ(name(), "A");
  const auto repair = hub.claim("CRM");
  ASSERT_EQ(repair.size(), 1U);
  EXPECT_EQ(hub::model::find_field(repair[0].fields, "fullName")->text(), "A");
}

TEST(ConflictOfAnOwner, IsSettledByAPersonAsAnyOther) {
  auto config = Pipeline::reference_config();
  config.entities[0].fields[1].policy = {hub::model::PolicyKind::kOwner, {"ERP"}};  // the e-mail
  Pipeline hub(config);
  const auto say = [&](const char* email) {
    return hub.post(
        {{"source", "ERP"}, {"entity", "client"}, {"externalId", "C"}, {"version", 1}, {"fields", {{"email", email}}}});
  };
  say("one@x.org");
  const json disputed = say("another@x.org");
  ASSERT_EQ(disputed["http"], 409) << disputed;
  const std::string id = disputed["conflictId"];
  const json settled = hub.json_of(hub.review.resolve_conflict(id, "*", R"({"take": "incoming"})"));
  EXPECT_EQ(settled["http"], 200) << settled;
  EXPECT_EQ(hub.record("client", "C")["fields"]["email"], "another@x.org") << "it is the owner's own value";
}

TEST_F(Conflict, GivenFieldsWin) {
  EXPECT_EQ(resolve({{"fields", {{"fullName", "C"}}}})["http"], 200);
  EXPECT_EQ(name(), "C");
  EXPECT_EQ(show()["outcome"], "fields");
  EXPECT_EQ(hub.drain(), 4);
}

TEST_F(Conflict, TwoReviewersCannotBothWin) {
  const std::string shown = show()["etag"];
  EXPECT_EQ(resolve({{"take", "incoming"}}, shown)["http"], 200);
  EXPECT_EQ(resolve({{"take", "canonical"}}, shown)["http"], 409);
  EXPECT_EQ(resolve({{"take", "canonical"}})["http"], 409);
  EXPECT_EQ(name(), "B");
}

TEST_F(Conflict, ADecisionAppliesToTheVersionThatItWasShown) {
  const std::string shown = show()["etag"];
  EXPECT_EQ(resolve({{"take", "incoming"}}, "")["http"], 428);
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 9}, {"fullName", "Newer"}});
  const auto late = hub.review.resolve_conflict(id, shown, R"({"take":"incoming"})");
  const auto& refusal = std::get<hub::sync::Refusal>(late);
  EXPECT_EQ(refusal.status, 409);
  ASSERT_EQ(refusal.members.size(), 2U);
  EXPECT_EQ(json::parse(refusal.members[1].second)["sides"]["fullName"]["canonical"]["value"], "Newer");
  EXPECT_EQ(name(), "Newer");
  EXPECT_EQ(resolve({{"take", "incoming"}}, show()["etag"])["http"], 200);
}

TEST_F(Conflict, OthersAreStillServed) {
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 6}, {"email", "e@x.org"}});
  EXPECT_TRUE(hub.claim("CRM").empty());
  EXPECT_EQ(hub.claim("Portal").size(), 1U);
}

TEST_F(Conflict, BadDecisionsAreRefused) {
  for (const json& decision :
       {json{{"take", "both"}}, json::object(), json{{"take", "incoming"}, {"fields", json::object()}},
        json{{"fields", {{"nope", 1}}}}, json{{"take", "incoming"}, {"because", "x"}},
        json{{"take", {{"phone", "incoming"}}}}, json{{"take", {{"fullName", "mine"}}}},
        json{{"take", {{"fullName", "incoming"}}}, {"fields", {{"fullName", "x"}}}}, json{{"fields", {{"phone", "1"}}}},
        json{{"take", "link"}, {"externalId", "D"}}, json{{"take", "create"}}})
    EXPECT_EQ(resolve(decision)["http"], 400) << decision;
  EXPECT_EQ(hub.json_of(hub.review.resolve_conflict("CRM:99", "*", R"({"take":"incoming"})"))["http"], 404);
  EXPECT_EQ(show()["state"], "open");
}

/// What later changes make of an open conflict of the CRM about fullName.
TEST_F(Conflict, IsOvertakenByALaterChangeOfItsSourceThatWins) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 6}, {"fullName", "C"}});
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(show()["state"], "overtaken");
  EXPECT_EQ(show()["closedBy"], "CRM:3");
}

TEST_F(Conflict, StaysWhenALaterChangeOfItsSourceSaysNothingOfIt) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 6}, {"phone", "1"}});
  EXPECT_EQ(show()["state"], "open");
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 4}, {"fullName", "late"}});
  EXPECT_EQ(show()["state"], "open") << "from before the conflict";
}

TEST_F(Conflict, EndsWhenItsSourceComesRound) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"fullName", "A"}});
  EXPECT_EQ(show()["state"], "overtaken");
}

TEST_F(Conflict, EndsWhenItsSourceLosesByRuleLater) {
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 9}, {"fullName", "E"}});
  EXPECT_EQ(show()["state"], "open") << "B is still there";
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 8}, {"fullName", "Z"}});
  EXPECT_EQ(show()["state"], "overtaken") << "its newest word is stale";
  const auto repair = hub.claim("CRM");
  ASSERT_EQ(repair.size(), 1U);
  EXPECT_EQ(hub::model::find_field(repair[0].fields, "fullName")->text(), "E");
}

TEST_F(Conflict, EndsWhenAnotherSourceAgrees) {
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 7}, {"fullName", "B"}});
  EXPECT_EQ(show()["state"], "overtaken");
  EXPECT_EQ(show()["closedBy"], "ERP:1");
}

TEST_F(Conflict, IsAnsweredByAPersonsEditOfTheRecord) {
  const std::string etag = hub.record("client", "C")["etag"];
  ASSERT_EQ(hub.json_of(hub.review.edit({"client", "C"}, etag, R"({"phone":"1"})"))["http"], 200);
  EXPECT_EQ(show()["state"], "open") << "that was about something else";
  ASSERT_EQ(hub.json_of(hub.review.edit({"client", "C"}, "*", R"({"fullName":"D"})"))["http"], 200);
  EXPECT_EQ(show()["state"], "resolved");
  EXPECT_EQ(show()["outcome"], "edit");
  EXPECT_EQ(show()["decided"], json({{"fullName", "value"}}));
  const auto told = hub.claim("CRM");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(hub::model::find_field(told[0].fields, "fullName")->text(), "D");
}

TEST_F(Conflict, ADeleteOfItsSourceTakesItsPlaceOrEndsIt) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"op", "delete"}, {"version", 5}});
  ASSERT_EQ(open().size(), 1U);
  EXPECT_EQ(open()[0].kind, "delete_vs_edit");
  EXPECT_EQ(show()["state"], "overtaken");
  EXPECT_EQ(show()["closedBy"], "CRM:3");
  id = "CRM:3";
  EXPECT_EQ(resolve({{"take", {{"fullName", "incoming"}}}})["http"], 400) << "a delete has no values";
  EXPECT_EQ(resolve({{"take", "incoming"}, {"fields", {{"fullName", "x"}}}})["http"], 400);
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"op", "delete"}, {"version", 6}});
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
}

TEST_F(Conflict, ADeleteIsTakenOrNot) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"op", "delete"}, {"version", 5}});
  id = "CRM:3";
  EXPECT_EQ(resolve({{"take", "canonical"}})["http"], 200);
  EXPECT_EQ(name(), "A");
  EXPECT_EQ(hub.claim("CRM").size(), 1U) << "it gets the record back";
  hub.post({{"source", "CRM"}, {"externalId", "D"}, {"version", 1}, {"fullName", "D"}});
  hub.post({{"source", "CRM"}, {"externalId", "D"}, {"op", "delete"}, {"version", 1}});
  id = "CRM:5";
  EXPECT_EQ(resolve({{"take", "incoming"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "D")["http"], 410);
  hub.post({{"source", "CRM"}, {"externalId", "E"}, {"version", 1}, {"fullName", "E"}});
  hub.post({{"source", "CRM"}, {"externalId", "E"}, {"op", "delete"}, {"version", 1}});
  id = "CRM:7";
  EXPECT_EQ(resolve({{"fields", {{"fullName", "kept"}}}})["http"], 200);
  EXPECT_EQ(hub.record("client", "E")["fields"]["fullName"], "kept");
}

TEST_F(Conflict, AnotherSourcesDeleteEndsOneAboutADelete) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"op", "delete"}, {"version", 5}});
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"op", "delete"}, {"version", 6}});
  EXPECT_TRUE(open().empty());
}

TEST_F(Conflict, ANewerOneAsksWhatTheOlderOneAskedAsWell) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"phone", "1"}});
  hub.clock.advance(std::chrono::hours{1});
  const json second = hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"phone", "2"}});
  ASSERT_EQ(open().size(), 1U);
  const json shown = show(second["conflictId"]);
  EXPECT_EQ(shown["fields"], json({"fullName", "phone"}));
  EXPECT_EQ(shown["sides"]["fullName"]["incoming"]["changeId"], "CRM:2");
  EXPECT_EQ(shown["sides"]["fullName"]["base"]["value"], "A");
  EXPECT_EQ(shown["openedAt"], show()["openedAt"]) << "open since the first of them";
  id = second["conflictId"];
  EXPECT_EQ(resolve({{"take", {{"fullName", "incoming"}}}})["http"], 400) << "and phone?";
  EXPECT_EQ(resolve({{"take", {{"fullName", "incoming"}, {"phone", "canonical"}}}})["http"], 200);
  EXPECT_EQ(name(), "B");
  EXPECT_EQ(hub.record("client", "C")["fields"]["phone"], "1");
  EXPECT_EQ(show()["outcome"], "mixed");
}

TEST_F(Conflict, ShrinksToWhatIsStillInDispute) {
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"phone", "1"}});
  id = hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"phone", "2"}})["conflictId"];
  const std::string before = show()["etag"];
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"phone", "1"}});
  const json shown = show();
  EXPECT_EQ(shown["fields"], json({"fullName"}));
  EXPECT_NE(shown["etag"], before) << "the record is the same, the question is not";
  EXPECT_EQ(resolve({{"take", "incoming"}}, before)["http"], 409);
  EXPECT_EQ(resolve({{"take", "incoming"}}, shown["etag"])["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["fields"]["phone"], "1");
}

TEST_F(Conflict, TheRestOfTheChangeGoesTheWayOfTheLadder) {
  id = hub.post({{"source", "CRM"},
                 {"entity", "client"},
                 {"externalId", "C"},
                 {"version", 5},
                 {"fields", {{"fullName", "B"}, {"email", "b@x.org"}}}})["conflictId"];
  EXPECT_EQ(show()["fields"], json({"fullName"})) << "nobody else has an e-mail";
  EXPECT_EQ(show()["sides"]["email"]["disputed"], false);
  EXPECT_EQ(resolve({{"take", {{"fullName", "canonical"}}}})["http"], 200);
  EXPECT_EQ(name(), "A");
  EXPECT_EQ(hub.record("client", "C")["fields"]["email"], "b@x.org");
}

TEST_F(Conflict, TheRestOfTheChangeDoesNotOverwriteWhatCameLater) {
  id = hub.post({{"source", "CRM"},
                 {"entity", "client"},
                 {"externalId", "C"},
                 {"version", 5},
                 {"fields", {{"fullName", "B"}, {"email", "b@x.org"}}}})["conflictId"];
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 8}, {"email", "e@x.org"}});
  EXPECT_EQ(resolve({{"take", {{"fullName", "incoming"}}}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["fields"]["email"], "e@x.org");
}

TEST_F(Conflict, WhatWasHeldUpIsAskedOnceTheDisputeIsOver) {
  id = hub.post({{"source", "CRM"},
                 {"entity", "client"},
                 {"externalId", "C"},
                 {"version", 5},
                 {"fields", {{"fullName", "B"}, {"email", "b@x.org"}}}})["conflictId"];
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 5}, {"fullName", "A"}});
  EXPECT_EQ(show()["state"], "open");
  EXPECT_EQ(show()["fields"], json({"email"})) << "its e-mail has reached nobody";
  EXPECT_EQ(resolve({{"take", "incoming"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["fields"]["email"], "b@x.org");
}

TEST_F(Conflict, ThereIsOneForEachSource) {
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 6}, {"phone", "1"}});
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 6}, {"phone", "2"}});
  EXPECT_EQ(open().size(), 2U);
  EXPECT_EQ(resolve({{"take", "incoming"}})["http"], 200);
  ASSERT_EQ(open().size(), 1U);
  EXPECT_EQ(open()[0].at.source, "ERP");
}

TEST_F(Conflict, OfAThreeWayMergeRemembersWhatWasAgreed) {
  for (const char* source : {"CRM", "ERP"})
    hub.post({{"source", source}, {"entity", "client"}, {"externalId", "M"}, {"fields", {{"phone", "0"}}}});
  hub.drain();
  hub.store.write([](hub::store::Session& session) { hub::store::put_priority(session, "ERP", 1); });
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "M"}, {"fields", {{"phone", "1"}}}});
  id = hub.post(
      {{"source", "ERP"}, {"entity", "client"}, {"externalId", "M"}, {"fields", {{"phone", "2"}}}})["conflictId"];
  const json side = show()["sides"]["phone"];
  EXPECT_EQ(side["base"]["value"], "0");
  EXPECT_EQ(side["incoming"]["value"], "2");
  EXPECT_EQ(side["canonical"]["value"], "1");
  EXPECT_FALSE(side["incoming"].contains("version"));
  // The same again, and a full row that has it: nothing new is asked.
  hub.post({{"source", "ERP"},
            {"entity", "client"},
            {"externalId", "M"},
            {"fields", {{"phone", "2"}, {"email", "m@x.org"}}}});
  EXPECT_EQ(show()["state"], "open");
  EXPECT_EQ(hub.record("client", "M")["fields"]["email"], "m@x.org");
}

/// A client and an order that refer to each other.
class Circle : public testing::Test {
 protected:
  static hub::config::Config with_main_order(bool required) {
    auto config = Pipeline::reference_config();
    hub::model::FieldSchema main;
    main.name = "mainOrder";
    main.type = hub::model::FieldType::kReference;
    main.references = "order";
    main.required = required;
    config.entities[0].fields.push_back(main);
    main.name = "boss";
    main.references = "client";
    main.required = false;
    config.entities[0].fields.push_back(main);
    for (auto& source : config.sources)
      for (const char* name : {"mainOrder", "boss"})
        source.entities[0].fields.push_back({name, name, hub::config::Direction::kBoth, {}});
    return config;
  }
  static json order() {
    return {{"source", "CRM"},
            {"entity", "order"},
            {"externalId", "O"},
            {"version", 1},
            {"fields", {{"clientId", "C"}, {"total", "1.00"}}}};
  }
  static json client() {
    return {{"source", "CRM"},
            {"entity", "client"},
            {"externalId", "C"},
            {"version", 1},
            {"fields", {{"fullName", "Ann"}, {"mainOrder", "O"}}}};
  }
  static json decide(Pipeline& hub, const std::string& id, const json& decision) {
    return hub.json_of(hub.review.resolve_conflict(id, "*", decision.dump()));
  }
};

TEST_F(Circle, IsOpenedAndClosedAgainByTakingTheChange) {
  Pipeline hub(with_main_order(false));
  ASSERT_EQ(hub.post(order())["state"], "waiting");
  const std::string id = hub.post(client())["conflictId"];
  const json shown =
      hub.json_of(hub.store.read([&](hub::store::Session& session) { return hub::sync::view_conflict(session, id); }));
  EXPECT_EQ(shown["kind"], "reference_cycle");
  EXPECT_EQ(shown["fields"], json({"mainOrder"}));
  EXPECT_EQ(decide(hub, id, {{"fields", {{"fullName", "x"}}}})["http"], 400);
  EXPECT_EQ(decide(hub, id, {{"take", {{"mainOrder", "incoming"}}}})["http"], 400);
  EXPECT_EQ(decide(hub, id, {{"take", "incoming"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["fields"]["mainOrder"], "O") << "set once the order was there";
  EXPECT_EQ(hub.record("order", "O")["fields"]["clientId"], "C");
  EXPECT_EQ(hub.record("client", "C")["lastSource"], "CRM");
  EXPECT_EQ(hub.record("client", "C")["links"][0]["source"], "CRM") << "it need not be told";
}

TEST_F(Circle, IsLeftByDroppingTheChange) {
  Pipeline hub(with_main_order(false));
  hub.post(order());
  const std::string id = hub.post(client())["conflictId"];
  EXPECT_EQ(decide(hub, id, {{"take", "canonical"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["http"], 404);
}

TEST_F(Circle, OfARecordWithItselfLeavesTheReferenceOut) {
  Pipeline hub(with_main_order(false));
  const auto send = [&](const json& fields) {
    return hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"fields", fields}});
  };
  send({{"fullName", "Ann"}});
  hub.drain();
  const json first = send({{"fullName", "Bea"}, {"boss", "C"}});
  EXPECT_EQ(first["state"], "conflict");
  EXPECT_EQ(decide(hub, first["conflictId"], {{"take", "canonical"}})["http"], 200);
  const auto repair = hub.claim("CRM");
  ASSERT_EQ(repair.size(), 1U) << "what it holds now is not what was agreed";
  EXPECT_EQ(hub::model::find_field(repair[0].fields, "fullName")->text(), "Ann");
  const json second = send({{"fullName", "Cleo"}, {"boss", "C"}});
  EXPECT_EQ(decide(hub, second["conflictId"], {{"take", "incoming"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["fields"], json({{"fullName", "Cleo"}}));
}

TEST_F(Circle, OfRequiredReferencesCannotBeOpened) {
  Pipeline hub(with_main_order(true));
  hub.post(order());
  const std::string id = hub.post(client())["conflictId"];
  const json answer = decide(hub, id, {{"take", "incoming"}});
  EXPECT_EQ(answer["http"], 409);
  EXPECT_NE(answer["detail"].get<std::string>().find("needs mainOrder"), std::string::npos) << answer;
}

TEST(Edit, NeedsTheEtagThatWasShown) {
  Pipeline hub;
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "A"}});
  const std::string body = R"({"fullName": "Edited"})";
  EXPECT_EQ(hub.json_of(hub.review.edit({"client", "C"}, "", body))["http"], 428);
  EXPECT_EQ(hub.json_of(hub.review.edit({"client", "C"}, "9.9", body))["http"], 412);
  EXPECT_EQ(hub.json_of(hub.review.edit({"client", "X"}, "1.1", body))["http"], 404);
  const json answer = hub.json_of(hub.review.edit({"client", "C"}, "1.1", body));
  EXPECT_EQ(answer["http"], 200);
  EXPECT_EQ(answer["version"], 2);
  EXPECT_EQ(hub.record("client", "C")["provenance"]["fullName"]["source"], "steward");
  EXPECT_EQ(hub.drain(), 4) << "CRM is told as well";
}

}  // namespace
}  // namespace tests
