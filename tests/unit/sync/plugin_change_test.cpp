#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::sync::Submission;

/// What LocalDB's plugin would tell of a row.
class PluginChange : public testing::Test {
 protected:
  PluginChange() : hub(mapped()) {}

  static hub::config::Config mapped() {
    auto config = Pipeline::reference_config();
    auto& client = config.sources[3].entities[0];
    client.remote = "clients";
    client.key = "account_no";
    client.fields[0] = {"email", "mail", hub::config::Direction::kBoth, {}};
    client.fields[1] = {"fullName", "full_name", hub::config::Direction::kBoth, {}};
    config.sources[3].entities[1].key = "number";
    return config;
  }
  Submission told(std::size_t entity, const std::string& native, const std::string& body,
                  hub::model::Op op = hub::model::Op::kUpsert) {
    hub::plugin::PulledChange pulled;
    pulled.op = op;
    pulled.native_id = native;
    pulled.body = body;
    const auto& source = hub.config.sources[3];
    return hub::sync::submission_of(source, source.entities[entity], hub.config.entities[entity], pulled);
  }
  std::string resolution(const std::vector<hub::sync::Result>& results, std::size_t i = 0) {
    const auto& answer = std::get<hub::sync::Answer>(results.at(i));
    return std::string(answer.resolution ? hub::model::to_string(*answer.resolution)
                                         : hub::model::to_string(answer.state));
  }

  Pipeline hub;
};

TEST_F(PluginChange, TheKeyColumnIsTheExternalId) {
  EXPECT_EQ(
      resolution(hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N","mail":"a@b.org","other":1})")})),
      "NEW_RECORD");
  const auto record = hub.record("client", "C-1");
  EXPECT_EQ(record["fields"]["fullName"], "N");
  EXPECT_EQ(record["links"][0]["nativeId"], "1");
}

TEST_F(PluginChange, ALaterDeltaWithoutTheKeyIsFoundByItsNativeId) {
  hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N"})")});
  EXPECT_EQ(resolution(hub.pulled({told(0, "1", R"({"full_name":"M"})")})), "VERSION_WIN");
  EXPECT_EQ(hub.record("client", "C-1")["fields"]["fullName"], "M");
}

TEST_F(PluginChange, WithoutAKeyTheHubMakesOneAndKeepsIt) {
  auto config = mapped();
  hub.config.sources[3].entities[0].key.clear();
  const auto first = hub.pulled({told(0, "7", R"({"full_name":"N"})")});
  const auto second = hub.pulled({told(0, "7", R"({"full_name":"M"})")});
  const auto& id = std::get<hub::sync::Answer>(first[0]).key.external_id;
  EXPECT_EQ(id.size(), 26U);
  EXPECT_EQ(std::get<hub::sync::Answer>(second[0]).key.external_id, id);
}

TEST_F(PluginChange, AReferenceByNativeIdWaitsForThatRow) {
  const auto order = told(1, "5", R"({"number":"O-5","clientId":1,"total":"7"})");
  EXPECT_EQ(resolution(hub.pulled({order})), "waiting");
  hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N"})")});
  EXPECT_EQ(hub.record("order", "O-5")["fields"]["clientId"], "C-1");
}

TEST_F(PluginChange, OneThatCannotBeReadIsADeadLetterAndHoldsNobodyUp) {
  const auto results = hub.pulled({told(1, "1", R"({"number":"O-1","clientId":1,"total":"much"})"),
                                   told(0, "1", R"({"account_no":"C-1","full_name":"N"})"), told(0, "2", "garbage")});
  EXPECT_EQ(resolution(results, 0), "dead");
  EXPECT_EQ(resolution(results, 1), "NEW_RECORD");
  EXPECT_EQ(resolution(results, 2), "dead");
  EXPECT_EQ(hub.json_of(hub.review.replay("LocalDB:1", R"({"fields":{"total":"8.00"}})"))["http"], 200);
  EXPECT_EQ(hub.record("order", "O-1")["fields"]["total"], "8.00");
  EXPECT_EQ(hub.json_of(hub.review.discard("LocalDB:3"))["http"], 200);
  EXPECT_EQ(hub.counter("LocalDB", "dead"), 1) << "discarded, but still counted where it ended";
}

TEST_F(PluginChange, OfARowThatIsGoneNoValueIsRead) {
  hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N"})"),
              told(1, "1", R"({"number":"O-1","clientId":1,"total":"2"})")});
  const auto end = hub.pulled({told(1, "1", R"({"number":"O-1","total":"much"})", hub::model::Op::kDelete)});
  EXPECT_EQ(resolution(end), "VERSION_WIN");
  EXPECT_EQ(hub.record("order", "O-1")["http"], 410);
}

TEST_F(PluginChange, ARowWhoseKeyWasEditedStandsForAnotherRecord) {
  hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N"})")});
  hub.pulled({told(0, "1", R"({"account_no":"C-2","full_name":"N"})")});
  EXPECT_EQ(hub.record("client", "C-1")["links"].size(), 0U);
  EXPECT_EQ(hub.record("client", "C-2")["links"][0]["nativeId"], "1");
}

TEST_F(PluginChange, TheDeleteOfAnUnknownRowIsNothing) {
  EXPECT_EQ(resolution(hub.pulled({told(0, "99", "{}", hub::model::Op::kDelete)})), "NO_CHANGE");
}

TEST_F(PluginChange, AHookThatErrsCostsNoEdit) {
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "N"}});
  const auto delivery = hub.claim("LocalDB").at(0);
  hub::sync::Receipt receipt;
  receipt.delivery_id = delivery.id;
  receipt.status = hub::plugin::Status::kOk;
  receipt.native_id = "1";
  receipt.source_etag = "e1";
  hub.settle("LocalDB", receipt);
  auto own = told(0, "1", R"({"full_name":"N"})");
  own.echo = true;
  EXPECT_EQ(resolution(hub.pulled({own})), "ECHO");
  EXPECT_EQ(hub.counter("LocalDB", "echo_plugin"), 1);
  auto edit = told(0, "1", R"({"full_name":"A person's edit"})");
  edit.echo = true;  // the hook only looked at the author
  EXPECT_EQ(resolution(hub.pulled({edit})), "VERSION_WIN");
}

TEST_F(PluginChange, ADeleteOfARowThatTheRecordHadBeforeIsNotItsDelete) {
  hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N"})")});
  hub.pulled({told(0, "2", R"({"account_no":"C-1","full_name":"M"})")});
  EXPECT_EQ(resolution(hub.pulled({told(0, "1", R"({"account_no":"C-1"})", hub::model::Op::kDelete)})), "NO_CHANGE");
  EXPECT_EQ(hub.record("client", "C-1")["http"], 200);
  EXPECT_EQ(resolution(hub.pulled({told(0, "2", R"({"account_no":"C-1"})", hub::model::Op::kDelete)})), "VERSION_WIN");
}

TEST_F(PluginChange, NorIsItWhenAnotherRecordsRowHasTheIdByNow) {
  hub.pulled({told(0, "1", R"({"account_no":"C-1","full_name":"N"})")});
  hub.pulled({told(0, "2", R"({"account_no":"C-1","full_name":"N"})")});
  hub.pulled({told(0, "1", R"({"account_no":"C-2","full_name":"M"})")});
  EXPECT_EQ(resolution(hub.pulled({told(0, "1", R"({"account_no":"C-1"})", hub::model::Op::kDelete)})), "NO_CHANGE");
  EXPECT_EQ(hub.record("client", "C-1")["links"][0]["nativeId"], "2");
  EXPECT_EQ(hub.record("client", "C-2")["links"][0]["nativeId"], "1");
}

TEST_F(PluginChange, AReceiptForARowThatWasDeletedMeanwhileDoesNotBringItBack) {
  hub.pulled({told(0, "7", R"({"account_no":"C-1","full_name":"N"})")});
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"fullName", "M"}});
  const auto write = hub.claim("LocalDB");
  ASSERT_EQ(write.size(), 1U);
  EXPECT_EQ(write[0].native_id, "7");
  hub.pulled({told(0, "7", R"({"account_no":"C-1"})", hub::model::Op::kDelete)});
  hub::sync::Receipt receipt;
  receipt.delivery_id = write[0].id;
  receipt.status = hub::plugin::Status::kOk;
  receipt.native_id = "7";
  hub.settle("LocalDB", receipt);
  const auto link = hub.store.read([](hub::store::Session& session) {
    return hub::store::load_link(session, {"client", "C-1"}, "LocalDB");
  });
  EXPECT_TRUE(link->deleted);
  for (const auto& again : hub.claim("LocalDB")) EXPECT_EQ(again.native_id, "") << "row 7 is not there any more";
}

}  // namespace
}  // namespace tests
