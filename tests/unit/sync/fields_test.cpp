// What a mapping does to fields on their way, in both directions, through the whole pipeline.

#include "hub/store/records.hpp"
#include "hub/sync/computing.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/fake_source.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::config::Direction;
using nlohmann::json;

/// Clients have names in two parts, a full name that the hub makes of them, and a status; LocalDB maps them as a test
/// says.
hub::config::Config clients(const std::function<void(hub::config::EntityMapping&)>& at_local_db) {
  auto config = Pipeline::reference_config();
  auto& client = config.entities[0];
  client.fields.clear();
  for (const char* name : {"firstName", "lastName", "fullName", "status"}) client.fields.emplace_back().name = name;
  client.fields[2].parts = {{"firstName", {}}, {{}, " "}, {"lastName", {}}};
  client.computed = {"fullName"};
  for (auto& source : config.sources) {
    source.entities[0].fields.clear();
    for (const auto& field : client.fields)
      source.entities[0].fields.push_back(
          {field.name, field.name, field.computed() ? Direction::kPush : Direction::kBoth, {}});
  }
  at_local_db(config.sources[3].entities[0]);
  return config;
}

class FieldsTest : public testing::Test {
 protected:
  explicit FieldsTest(const std::function<void(hub::config::EntityMapping&)>& at_local_db)
      : hub(clients(at_local_db), false), local(hub) {}

  json from_crm(const std::string& id, const json& fields) {
    json body{{"source", "CRM"}, {"entity", "client"}, {"externalId", id}, {"fields", fields}};
    return hub.post(body);
  }
  /// What the hub knows of the client of LocalDB's row.
  json client_of(const std::string& native) {
    std::string id;
    hub.store.read([&](hub::store::Session& session) {
      if (const auto link = hub::store::find_link(session, "LocalDB", "client", native)) id = link->key.external_id;
    });
    return id.empty() ? json() : hub.record("client", id)["fields"];
  }
  FakeSource::Rows& rows() { return local.source.tables["client"]; }
  json only_row() { return rows().size() == 1 ? rows().begin()->second : json(rows()); }

  Pipeline hub;
  Connected local;
};

// --- Values and directions -------------------------------------------------------------------------------------------

struct Values : FieldsTest {
  Values()
      : FieldsTest([](hub::config::EntityMapping& mapping) {
          mapping.fields[3] = {"status",
                               "state",
                               Direction::kBoth,
                               {{"active", hub::model::Value::integer(1)}, {"none", hub::model::Value()}}};
          mapping.fields[0].direction = Direction::kPull;
          mapping.fields[1].direction = Direction::kPush;
        }) {}
};

TEST_F(Values, AreTranslatedOnTheWayIn) {
  rows() = {{"1", {{"state", 1}}}, {"2", {{"state", "1"}}}, {"3", {{"state", nullptr}}}, {"4", {{"state", "other"}}}};
  local.pull();
  EXPECT_EQ(client_of("1")["status"], "active");
  EXPECT_EQ(client_of("2")["status"], "active") << "the text is what counts";
  EXPECT_EQ(client_of("3")["status"], "none") << "null has a word of its own";
  EXPECT_EQ(client_of("4")["status"], "other") << "a value that the table does not have travels as it is";
}

TEST_F(Values, AreTranslatedOnTheWayOut) {
  for (const json& status : {json("active"), json("none"), json("other"), json()})
    from_crm("C-" + status.dump(), {{"lastName", "N"}, {"status", status}});
  local.push();
  std::map<std::string, json> sent;
  for (const json& body : local.source.pushed) sent[body["state"].dump()] = body;
  ASSERT_EQ(local.source.pushed.size(), 4U);
  EXPECT_TRUE(sent.contains("1"));
  EXPECT_TRUE(sent.contains("\"other\""));
  EXPECT_TRUE(sent.contains("null")) << "of `none`, and of null, which the table does not name";
  EXPECT_EQ(sent.size(), 3U);
}

TEST_F(Values, ComeBackAsNoEdit) {
  from_crm("C-1", {{"lastName", "N"}, {"status", "active"}});
  local.push();
  local.pull();
  EXPECT_EQ(hub.counter("LocalDB", "acknowledged"), 0) << "the row is what the hub wrote";
}

TEST_F(Values, AFieldThatIsOnlyPulledIsNotSentAndOneThatIsOnlyPushedIsNotTaken) {
  rows()["1"] = {{"firstName", "Ann"}, {"lastName", "Local"}, {"state", 1}};
  local.pull();
  EXPECT_EQ(client_of("1"), json({{"firstName", "Ann"}, {"fullName", "Ann"}, {"status", "active"}}));
  const std::string id = hub.json_of(hub.store.read([](hub::store::Session& s) {
    return hub::sync::view_records(s, "client", false, {});
  }))["items"][0]["externalId"];
  from_crm(id, {{"firstName", "Eve"}, {"lastName", "Stone"}});
  local.push();
  EXPECT_EQ(only_row(), json({{"firstName", "Ann"}, {"lastName", "Stone"}, {"fullName", "Eve Stone"}, {"state", 1}}));
  EXPECT_EQ(hub.post({{"source", "LocalDB"}, {"entity", "client"}, {"externalId", id}, {"lastName", "X"}})["http"],
            400);
}

// --- Filters ---------------------------------------------------------------------------------------------------------

struct Filters : FieldsTest {
  Filters() : FieldsTest([](hub::config::EntityMapping& mapping) { mapping.filter["status"] = {"active"}; }) {}
};

TEST_F(Filters, ARecordThatEntersIsDelivered) {
  from_crm("C-1", {{"firstName", "Ann"}, {"status", "new"}});
  local.push();
  EXPECT_TRUE(rows().empty());
  from_crm("C-1", {{"status", "active"}});
  local.push();
  EXPECT_EQ(only_row()["firstName"], "Ann") << "with all that it has";
}

TEST_F(Filters, OneThatLeavesIsNotDeletedThereAndNotTouchedAnyMore) {
  from_crm("C-1", {{"firstName", "Ann"}, {"status", "active"}});
  local.push();
  from_crm("C-1", {{"firstName", "Eve"}, {"status", "gone"}});
  from_crm("C-1", {{"lastName", "Stone"}});
  local.push();
  EXPECT_EQ(only_row()["firstName"], "Ann");
  EXPECT_EQ(only_row()["status"], "active");
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-1"}, {"op", "delete"}});
  ASSERT_EQ(hub.record("client", "C-1")["http"], 410);
  local.push();
  EXPECT_EQ(rows().size(), 1U) << "a delete of what had left the filter is none of its business";
}

TEST_F(Filters, OneThatHasLeftIsNotDeletedWhereItIsToldOfOnceMore) {
  rows()["1"] = {{"firstName", "Ann"}, {"status", "active"}};
  hub::plugin::PulledChange told;
  told.native_id = "1";
  told.body = rows()["1"].dump();
  const auto& source = hub.config.sources[3];
  const auto row = hub::sync::submission_of(source, source.entities[0], hub.config.entities[0], told);
  const std::string id = std::get<hub::sync::Answer>(hub.pulled({row}).at(0)).key.external_id;
  local.push();
  hub.pulled({row});  // it says so by itself, not as an echo of what the hub wrote
  from_crm(id, {{"status", "gone"}});
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", id}, {"op", "delete"}});
  ASSERT_EQ(hub.record("client", id)["http"], 410);
  hub.pulled({row});
  local.push();
  EXPECT_EQ(rows().size(), 1U) << "it says no more than it had said";
}

TEST_F(Filters, OneThatIsInItIsDeletedThere) {
  from_crm("C-1", {{"firstName", "Ann"}, {"status", "active"}});
  local.push();
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-1"}, {"op", "delete"}});
  local.push();
  EXPECT_TRUE(rows().empty());
}

TEST_F(Filters, OneThatComesBackGetsWhatItMissed) {
  from_crm("C-1", {{"firstName", "Ann"}, {"status", "active"}});
  local.push();
  from_crm("C-1", {{"firstName", "Eve"}, {"status", "gone"}});
  local.push();
  from_crm("C-1", {{"status", "active"}});
  local.push();
  EXPECT_EQ(only_row()["firstName"], "Eve");
}

// --- Computed fields -------------------------------------------------------------------------------------------------

struct Computed : FieldsTest {
  Computed() : FieldsTest([](hub::config::EntityMapping& mapping) { mapping.match_on = {{"fullName"}}; }) {}
};

TEST_F(Computed, FollowsItsPartsAndIsSent) {
  from_crm("C-1", {{"firstName", "Ann"}, {"lastName", "Stone"}});
  EXPECT_EQ(hub.record("client", "C-1")["fields"]["fullName"], "Ann Stone");
  EXPECT_EQ(hub.record("client", "C-1")["provenance"]["fullName"]["source"], "CRM");
  local.push();
  EXPECT_EQ(only_row()["fullName"], "Ann Stone");
  from_crm("C-1", {{"firstName", nullptr}});
  local.push();
  EXPECT_EQ(only_row()["fullName"], "Stone");
  EXPECT_EQ(local.source.pushed.back(), json({{"firstName", nullptr}, {"fullName", "Stone"}})) << "what differs";
}

TEST_F(Computed, IsTakenFromNobody) {
  const json refused = from_crm("C-1", {{"firstName", "Ann"}, {"fullName", "Eve"}});
  EXPECT_EQ(refused["http"], 400);
  EXPECT_EQ(refused["errors"]["/fields/fullName"], "is computed from firstName, lastName, and nobody writes it");
  from_crm("C-1", {{"firstName", "Ann"}});
  const auto edit = hub.json_of(hub.review.edit({"client", "C-1"}, "*", R"({"fields":{"fullName":"Eve"}})"));
  EXPECT_EQ(edit["http"], 400);
  EXPECT_EQ(edit["errors"].begin().key(), "/fields/fullName");
}

TEST_F(Computed, ASourceThatSendsItBackSaysNothingByIt) {
  from_crm("C-1", {{"firstName", "Ann"}, {"lastName", "Stone"}});
  local.push();
  hub.drain();
  rows().begin()->second["fullName"] = "somebody's own";
  rows()["77"] = {{"fullName", "only that"}};
  local.pull();
  EXPECT_EQ(hub.record("client", "C-1")["fields"]["fullName"], "Ann Stone");
  EXPECT_EQ(client_of("77"), json()) << "a row that says nothing else makes no record";
  EXPECT_EQ(hub.counter("LocalDB", "dead"), 0);
  EXPECT_EQ(hub.drain(), 0) << "nobody is told anything";
}

TEST_F(Computed, FindsRecords) {
  from_crm("C-1", {{"firstName", "Ann"}, {"lastName", "Stone"}});
  rows() = {{"7", {{"firstName", "Ann"}, {"lastName", "Stone"}, {"status", "x"}}},
            {"8", {{"firstName", "Ann"}, {"status", "y"}}}};
  local.pull();
  EXPECT_EQ(client_of("7"), hub.record("client", "C-1")["fields"]);
  EXPECT_EQ(hub.record("client", "C-1")["fields"]["status"], "x");
  EXPECT_EQ(client_of("8")["fullName"], "Ann") << "a row that does not name all parts is not looked for by them";
}

TEST_F(Computed, IsMadeAnewWhenTheTemplateChanges) {
  from_crm("C-1", {{"firstName", "Ann"}, {"lastName", "Stone"}});
  from_crm("C-2", {{"status", "x"}});
  local.push();
  hub.drain();
  hub.config.entities[0].fields[2].parts = {{"lastName", {}}, {{}, ", "}, {"firstName", {}}};
  hub::sync::recompute_fields(hub.around, hub.committer);
  EXPECT_EQ(hub.record("client", "C-1")["fields"]["fullName"], "Stone, Ann");
  EXPECT_EQ(hub.record("client", "C-1")["version"], 1) << "no source has said anything";
  local.push();
  EXPECT_EQ(local.source.pushed.back(), json({{"fullName", "Stone, Ann"}}));
  rows()["9"] = {{"firstName", "Ann"}, {"lastName", "Stone"}};
  local.pull();
  EXPECT_TRUE(client_of("9").is_null()) << "the row is a question: C-1 is found by its new name, and has a row";

  hub.drain();
  hub::sync::recompute_fields(hub.around, hub.committer);
  EXPECT_EQ(hub.drain(), 0) << "it is done once";
}

TEST_F(Computed, IsExplainedByItsParts) {
  from_crm("C-1", {{"firstName", "Ann"}});
  const json explained = hub.json_of(hub.store.read([&](hub::store::Session& session) {
    return hub::sync::view_explanation(session, hub.config, {"client", "C-1"}, "");
  }));
  EXPECT_EQ(explained["fields"]["fullName"]["computedFrom"], json({"firstName", "lastName"}));
  EXPECT_FALSE(explained["fields"]["firstName"].contains("computedFrom"));
}

TEST(ComputedFilter, SeesTheComputedValue) {
  auto config = clients([](hub::config::EntityMapping& mapping) { mapping.filter["fullName"] = {"Ann Stone"}; });
  Pipeline hub(config);
  const auto post = [&](const json& fields) {
    hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "C-1"}, {"fields", fields}});
  };
  post({{"firstName", "Ann"}});
  EXPECT_TRUE(hub.claim("LocalDB").empty());
  post({{"lastName", "Stone"}});
  EXPECT_EQ(hub.claim("LocalDB").size(), 1U);
}

// --- Constants -------------------------------------------------------------------------------------------------------

struct Constants : FieldsTest {
  Constants()
      : FieldsTest([](hub::config::EntityMapping& mapping) {
          mapping.constants = {{"channel", hub::model::Value::string("web")}, {"kind", hub::model::Value::integer(3)}};
        }) {}
};

TEST_F(Constants, GoIntoANewRowAndAreLeftAloneThen) {
  from_crm("C-1", {{"firstName", "Ann"}});
  local.push();
  EXPECT_EQ(only_row()["channel"], "web");
  EXPECT_EQ(only_row()["kind"], 3);
  rows().begin()->second["channel"] = "phone";
  from_crm("C-1", {{"firstName", "Eve"}});
  local.push();
  EXPECT_EQ(local.source.pushed.back(), json({{"firstName", "Eve"}, {"fullName", "Eve"}}));
  local.pull();
  EXPECT_EQ(only_row()["channel"], "phone") << "a person's edit there stays";
  EXPECT_EQ(hub.counter("LocalDB", "acknowledged"), 0) << "and is never read";
}

TEST_F(Constants, AreToldToAConnector) {
  hub.config.sources[3].plugin.clear();
  from_crm("C-1", {{"firstName", "Ann"}});
  const auto lease = [&] {
    return hub.json_of(hub.review.lease_outbound(hub.config.sources[3], 10, 60))["deliveries"][0];
  };
  const json first = lease();
  EXPECT_EQ(first["constants"], json({{"channel", "web"}, {"kind", 3}}));
  hub::sync::Receipt receipt;
  receipt.delivery_id = first["deliveryId"];
  receipt.status = hub::plugin::Status::kOk;
  hub.settle("LocalDB", receipt);
  from_crm("C-1", {{"firstName", "Eve"}});
  EXPECT_FALSE(lease().contains("constants"));
}

}  // namespace
}  // namespace tests
