#include "hub/store/records.hpp"
#include "hub/sync/erasure.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/pruner.hpp"
#include "hub/sync/views.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

constexpr const char* kPlanted = "Planted-";  // every value of the person begins with it

class Erase : public testing::Test {
 protected:
  Erase() : hub(config()) {}

  static hub::config::Config config() {
    auto config = Pipeline::reference_config();
    for (auto& source : config.sources) source.entities[0].match_on = {{"email"}};
    return config;
  }
  json post(const std::string& source, int version, json fields, const std::string& change_id = {}) {
    json body{{"source", source}, {"externalId", "C"}, {"version", version}};
    if (!change_id.empty()) body["changeId"] = change_id;
    for (const auto& [name, value] : fields.items()) body[name] = kPlanted + value.get<std::string>();
    return hub.post(body);
  }
  json erase(const json& body = {{"reason", "asked for"}}) {
    return hub.json_of(hub::sync::erase_record(hub.around, hub.committer, {"client", "C"}, "*", body.dump()));
  }
  /// What a plugin of LocalDB tells of a row.
  hub::sync::Submission told(const std::string& body) {
    hub::plugin::PulledChange pulled;
    pulled.native_id = "row-7";
    pulled.body = body;
    const auto& source = hub.config.sources[3];
    return hub::sync::submission_of(source, source.entities[0], hub.config.entities[0], pulled);
  }
  /// Where in the store a text is: in which of its files, or in which of its tables.
  std::string found(const std::string& text) {
    if (hub.place.is_postgresql())
      return hub.place.sql(
          "with t as materialized (select table_name from information_schema.tables"
          "                         where table_schema = current_schema()) "
          "select table_name from t"
          " where query_to_xml(format('select * from %I', table_name), true, false, '')::text like '%" +
          text + "%'");
    std::string files;
    for (const char* name : {"hub.db", "hub.db-wal"})
      if (support::read_file(hub.place.folder() / name).find(text) != std::string::npos)
        files += name + std::string(" ");
    return files;
  }
  json history() {
    return hub.json_of(hub.store.read([](hub::store::Session& session) {
      return hub::sync::view_history(session, {"client", "C"}, "", {"", 100});
    }));
  }

  Pipeline hub;
};

TEST_F(Erase, LeavesNoValueInTheStoreAndTheWholeLineage) {
  post("CRM", 1, {{"fullName", "one"}, {"email", "a@x.org"}}, "first");
  post("ERP", 1, {{"fullName", "loser"}});
  hub.drain();
  post("CRM", 2, {{"phone", "123"}});
  post("CRM", 2, {{"phone", "456"}});  // an open conflict
  hub::sync::Receipt no;
  no.status = hub::plugin::Status::kRejected;
  no.message = kPlanted + std::string("told back");
  for (const auto& delivery : hub.claim("Portal")) {
    no.delivery_id = delivery.id;
    static_cast<void>(hub.settle("Portal", no));  // a dead letter with its payload
  }
  ASSERT_EQ(hub.claim("ERP").size(), 1U);  // under way
  hub.pulled({told(R"({"fullName":"Planted-native"})"), told(R"({"fullName":{"no":"Planted-dead"}})")});
  ASSERT_NE(found(kPlanted), "");
  const std::size_t changes = history()["items"].size();

  const json would = erase({{"reason", "r"}, {"dryRun", true}});
  EXPECT_GE(would["changes"], 4);
  EXPECT_NE(found(kPlanted), "") << "a dry run does nothing";
  const json erased = erase();
  EXPECT_EQ(erased["http"], 200) << erased;
  EXPECT_EQ(erased["changes"], would["changes"]);
  EXPECT_EQ(erased["logCleared"], true);
  EXPECT_EQ(found(kPlanted + std::string("one")), "");
  EXPECT_EQ(found("a@x.org"), "");
  EXPECT_EQ(found("told back"), "");

  EXPECT_EQ(hub.record("client", "C")["http"], 410);
  EXPECT_NE(hub.record("client", "C")["detail"].get<std::string>().find("erased on"), std::string::npos);
  const json past = history();
  ASSERT_EQ(past["items"].size(), changes + 1);
  EXPECT_TRUE(past.contains("erasedAt"));
  EXPECT_EQ(past["items"][0]["source"], "steward");
  EXPECT_EQ(past["items"][0]["body"]["about"]["erased"], "asked for");
  EXPECT_EQ(past["items"][0]["changeId"], erased["changeId"]);
  EXPECT_EQ(past["items"].back()["body"]["valuesErased"], true);
  EXPECT_EQ(erase()["http"], 410) << "once is enough";
}

TEST_F(Erase, ErasesTheStateAtWhichThePastWasCut) {
  post("CRM", 1, {{"fullName", "one"}});
  post("CRM", 2, {{"phone", "123"}});
  hub.clock.advance(std::chrono::hours(24 * 800));
  hub::sync::Pruner pruner(hub.around);
  EXPECT_EQ(pruner.step(pruner.step("", false)->next, false)->changes, 1);
  EXPECT_EQ(erase()["http"], 200);
  EXPECT_EQ(found(kPlanted), "");
  EXPECT_EQ(history()["complete"], false);
}

TEST_F(Erase, HasTheSourcesDeleteItAlsoWhereADeliveryIsUnderWay) {
  post("CRM", 1, {{"fullName", "one"}});
  const auto sent = hub.claim("ERP");
  ASSERT_EQ(sent.size(), 1U);
  erase();
  hub::sync::Receipt receipt;
  receipt.delivery_id = sent[0].id;
  receipt.status = hub::plugin::Status::kOk;
  receipt.native_id = "17";
  receipt.fields = hub::model::Fields{{"fullName", hub::model::Value::string("Planted-as kept")}};
  EXPECT_EQ(hub.settle("ERP", receipt), hub::sync::Deliveries::Settled::kDone);
  EXPECT_EQ(found("Planted-as kept"), "");
  const auto next = hub.claim("ERP");
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].op, hub::model::Op::kDelete);
  EXPECT_EQ(next[0].native_id, "17");
  EXPECT_EQ(hub.claim("CRM").size(), 1U);
  EXPECT_EQ(hub.claim("Portal").size(), 0U) << "it never had it";
}

TEST_F(Erase, LeavesTheSourcesAloneWhenTold) {
  post("CRM", 1, {{"fullName", "one"}, {"email", "a@x.org"}});
  hub.drain();
  erase({{"reason", "r"}, {"keepAtSources", true}});
  EXPECT_EQ(found("a@x.org"), "") << "not even a key to match on";
  EXPECT_EQ(hub.drain(), 0);
  EXPECT_EQ(history()["items"][0]["body"]["about"]["keptAtSources"], true);
}

TEST_F(Erase, TakesNothingOfItAgain) {
  post("CRM", 1, {{"fullName", "one"}}, "first");
  hub.pulled({told(R"({"externalId":"C","fullName":"Planted-one"})")});
  erase();
  EXPECT_EQ(post("CRM", 9, {{"fullName", "again"}})["http"], 410);
  EXPECT_EQ(post("CRM", 1, {{"fullName", "one"}}, "first")["duplicate"], true) << "a repeat is still one";
  EXPECT_EQ(hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C"}, {"op", "delete"}})["http"], 200);
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
  EXPECT_EQ(found("again"), "");
}

TEST_F(Erase, KeepsNoValueOfARowThatAPluginStillTellsOf) {
  auto& mapping = hub.config.sources[3].entities[0];
  mapping.key = "no";
  hub.pulled({told(R"({"no":"C","fullName":"Planted-one"})")});
  erase({{"reason", "r"}, {"keepAtSources", true}});
  const auto results = hub.pulled({told(R"({"no":"C","fullName":"Planted-later"})")});
  EXPECT_EQ(std::get<hub::sync::Answer>(results[0]).state, hub::model::ChangeState::kSuperseded);
  EXPECT_EQ(found("Planted-later"), "");
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
  EXPECT_EQ(hub.drain(), 0);
}

TEST_F(Erase, ErasesWhatWasMergedIntoItToo) {
  post("CRM", 1, {{"fullName", "one"}});
  hub.post({{"source", "ERP"}, {"externalId", "D"}, {"version", 1}, {"fullName", "Planted-other"}});
  hub.committer.run([](hub::sync::Transaction& transaction) {
    return std::holds_alternative<hub::sync::Transaction::Merge>(
        transaction.merge({"client", "C"}, {"client", "D"}, {}));
  });
  EXPECT_EQ(hub.json_of(
                hub::sync::erase_record(hub.around, hub.committer, {"client", "D"}, "*", R"({"reason":"r"})"))["http"],
            409);
  EXPECT_EQ(erase()["http"], 200);
  EXPECT_EQ(found(kPlanted), "");
}

TEST_F(Erase, WantsAReasonAndTheRecordAsItWasShown) {
  post("CRM", 1, {{"fullName", "one"}});
  EXPECT_EQ(erase(json::object())["http"], 400);
  const auto with = [&](const std::string& etag) {
    return hub.json_of(hub::sync::erase_record(hub.around, hub.committer, {"client", "C"}, etag, R"({"reason":"r"})"));
  };
  EXPECT_EQ(with("")["http"], 428);
  EXPECT_EQ(with("7.7")["http"], 412);
  EXPECT_NE(found(kPlanted), "");
  EXPECT_EQ(hub.json_of(
                hub::sync::erase_record(hub.around, hub.committer, {"client", "X"}, "*", R"({"reason":"r"})"))["http"],
            404);
}

}  // namespace
}  // namespace tests
