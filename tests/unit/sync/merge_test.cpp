#include "hub/store/records.hpp"
#include "hub/sync/curation.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace tests {
namespace {

using nlohmann::json;

class Merging : public testing::Test {
 protected:
  json post(const std::string& source, const std::string& id, json fields, const std::string& entity = "client") {
    return hub.post({{"source", source}, {"entity", entity}, {"externalId", id}, {"fields", std::move(fields)}});
  }
  json remove(const std::string& source, const std::string& id) {
    return hub.post({{"source", source}, {"entity", "client"}, {"externalId", id}, {"op", "delete"}});
  }
  json merge(const std::string& into, const std::string& other, const json& take = json::array()) {
    const json body{{"absorb", other}, {"take", take}};
    return hub.json_of(hub::sync::merge_records(hub.committer, {"client", into}, "*", body.dump()));
  }
  json unmerge(const std::string& alias) {
    return hub.json_of(hub::sync::unmerge_record(hub.committer, {"client", alias}));
  }
  json fields(const std::string& id) { return hub.record("client", id)["fields"]; }
  /// By source what the hub knows it to hold of the record.
  std::map<std::string, hub::model::Link> links(const std::string& id) {
    std::map<std::string, hub::model::Link> found;
    hub.store.read([&](hub::store::Session& session) {
      for (hub::model::Link& link : hub::store::load_links(session, {"client", id}))
        if (!link.deleted) found[link.source] = std::move(link);
    });
    return found;
  }

  Pipeline hub;
};

/// Two clients; the CRM has both, the Portal too, and nothing is on its way.
class MergingTwins : public Merging {
 protected:
  MergingTwins() {
    post("CRM", "C-1", {{"fullName", "Ann Lee"}, {"email", "ann@x.org"}});
    post("CRM", "C-2", {{"fullName", "Anne Lee"}, {"phone", "4711"}});
    hub.drain();
  }
};

TEST_F(Merging, TheSurvivorTakesOverRowsAndBlanks) {
  hub.config.sources.resize(2);
  post("CRM", "C-1", {{"fullName", "Ann Lee"}, {"email", "ann@x.org"}});
  post("ERP", "C-2", {{"fullName", "Anne Lee"}, {"phone", "4711"}});
  const json done = merge("C-1", "C-2");
  ASSERT_EQ(done["http"], 200) << done;
  EXPECT_EQ(done["fields"], json({{"phone", "4711"}}));
  EXPECT_EQ(done["movedRows"], json::parse(R"([{"source": "ERP", "nativeId": null}])"));
  EXPECT_EQ(done["deletedRows"], json::array());
  EXPECT_EQ(fields("C-1"), json({{"fullName", "Ann Lee"}, {"email", "ann@x.org"}, {"phone", "4711"}}));

  const json alias = hub.record("client", "C-2");
  EXPECT_EQ(alias["http"], 301);
  EXPECT_EQ(alias["mergedInto"], "C-1");
  const auto deliveries = hub.claim("ERP");
  ASSERT_EQ(deliveries.size(), 1U) << "its one row becomes what the survivor is";
  EXPECT_EQ(deliveries[0].key.external_id, "C-1");
  EXPECT_EQ(deliveries[0].native_id, "C-2") << "the name by which the ERP knows it";
  EXPECT_EQ(deliveries[0].op, hub::model::Op::kUpsert);
}

TEST_F(MergingTwins, ASecondRowOfASourceIsDeletedThere) {
  const json done = merge("C-1", "C-2", {"fullName"});
  ASSERT_EQ(done["http"], 200) << done;
  EXPECT_EQ(done["deletedRows"].size(), 4U);
  EXPECT_EQ(fields("C-1")["fullName"], "Anne Lee") << "it was asked for";
  const auto deliveries = hub.claim("ERP");
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[0].key.external_id, "C-1");
  EXPECT_EQ(deliveries[1].key.external_id, "C-2");
  EXPECT_EQ(deliveries[1].op, hub::model::Op::kDelete);
}

TEST_F(MergingTwins, WhatRefersToTheAliasFollows) {
  post("CRM", "O-1", {{"clientId", "C-2"}, {"total", "1.00"}}, "order");
  post("CRM", "O-2", {{"clientId", "C-1"}}, "order");
  EXPECT_EQ(merge("C-1", "C-2")["repointed"].size(), 1U);
  EXPECT_EQ(hub.record("order", "O-1")["fields"]["clientId"], "C-1");
  const json late = post("ERP", "O-3", {{"clientId", "C-2"}}, "order");
  EXPECT_EQ(late["http"], 200) << "an alias is a name of the survivor";
  EXPECT_EQ(hub.record("order", "O-3")["fields"]["clientId"], "C-1");
}

TEST_F(Merging, AChangeOfAMovedRowIsOfTheSurvivor) {
  hub.config.sources.resize(2);
  post("CRM", "C-1", {{"fullName", "Ann"}});
  post("ERP", "C-2", {{"fullName", "Ann"}});
  hub.drain();
  ASSERT_EQ(remove("CRM", "C-2")["http"], 200) << "leaves the ERP's row to itself";
  post("ERP", "C-2", {{"fullName", "Ann"}, {"phone", "1"}});
  merge("C-1", "C-2");
  hub.drain();
  const json changed = post("CRM", "C-1", {{"phone", "2"}});
  EXPECT_EQ(changed["externalId"], "C-1");
  EXPECT_EQ(fields("C-1")["phone"], "2");
}

TEST_F(MergingTwins, ARowThatShouldBeGoneIsHeardAndDeletedAgain) {
  merge("C-1", "C-2");
  hub.drain();
  EXPECT_EQ(remove("CRM", "C-2")["state"], "no_change") << "of the row that the merge has deleted";
  EXPECT_EQ(fields("C-1")["fullName"], "Ann Lee");
  const json stray = post("CRM", "C-2", {{"email", "new@x.org"}});
  EXPECT_EQ(stray["externalId"], "C-1");
  EXPECT_EQ(fields("C-1")["email"], "new@x.org");
  bool deleted = false, told = false;
  for (const auto& delivery : hub.claim("CRM")) {
    deleted = deleted || (delivery.key.external_id == "C-2" && delivery.op == hub::model::Op::kDelete);
    told = told || (delivery.key.external_id == "C-1" && delivery.op == hub::model::Op::kUpsert);
  }
  EXPECT_TRUE(deleted);
  EXPECT_TRUE(told) << "the CRM's own row of the survivor does not hold it";
}

TEST_F(MergingTwins, IsRefusedWhereItMakesNoSense) {
  EXPECT_EQ(merge("C-1", "C-1")["http"], 409);
  EXPECT_EQ(merge("C-1", "C-9")["http"], 404);
  EXPECT_EQ(merge("C-1", "C-2", {"email"})["http"], 400) << "C-2 has none";
  EXPECT_EQ(unmerge("C-2")["http"], 409);
  EXPECT_EQ(hub.json_of(hub::sync::merge_records(hub.committer, {"client", "C-1"}, "", R"({"absorb": "C-2"})"))["http"],
            428);
  EXPECT_EQ(
      hub.json_of(hub::sync::merge_records(hub.committer, {"client", "C-1"}, "9.9", R"({"absorb": "C-2"})"))["http"],
      412);
  post("CRM", "C-3", {{"fullName", "Third"}});
  EXPECT_EQ(merge("C-1", "C-2")["http"], 200);
  EXPECT_EQ(merge("C-3", "C-2")["http"], 409) << "C-2 is an alias already";
  EXPECT_EQ(merge("C-3", "C-1")["http"], 200) << "and now C-2 leads to C-3 by two steps";
  EXPECT_EQ(post("Portal", "C-2", {{"phone", "99"}})["externalId"], "C-3");
  EXPECT_EQ(unmerge("C-2")["http"], 409) << "C-1 comes first";
  EXPECT_EQ(unmerge("C-1")["http"], 200);
  EXPECT_EQ(unmerge("C-2")["http"], 200);
}

TEST_F(Merging, WaitsForADeliveryToARowThatMoves) {
  hub.config.sources.resize(2);
  post("ERP", "C-2", {{"fullName", "Anne"}});
  post("CRM", "C-2", {{"fullName", "Annie"}});
  const auto under_way = hub.claim("ERP");
  ASSERT_EQ(under_way.size(), 1U);
  post("CRM", "C-1", {{"fullName", "Ann"}});
  EXPECT_EQ(merge("C-1", "C-2")["http"], 409);
  EXPECT_EQ(hub.record("client", "C-2")["fields"]["fullName"], "Annie") << "nothing is half done";
  hub::sync::Receipt receipt;
  receipt.delivery_id = under_way[0].id;
  receipt.status = hub::plugin::Status::kOk;
  hub.settle("ERP", receipt);
  EXPECT_EQ(merge("C-1", "C-2")["http"], 200);
}

TEST_F(MergingTwins, UnmergeBringsBothBack) {
  post("CRM", "O-1", {{"clientId", "C-2"}}, "order");
  hub.drain();
  const json one = fields("C-1"), two = fields("C-2");
  merge("C-1", "C-2", {"fullName"});
  hub.drain();
  const json undone = unmerge("C-2");
  ASSERT_EQ(undone["http"], 200) << undone;
  EXPECT_EQ(fields("C-1")["fullName"], one["fullName"]);
  EXPECT_EQ(fields("C-1")["email"], one["email"]);
  EXPECT_TRUE(fields("C-1").value("phone", json()).is_null()) << "it was filled by the merge";
  EXPECT_EQ(fields("C-2"), two);
  EXPECT_EQ(hub.record("order", "O-1")["fields"]["clientId"], "C-2");
  EXPECT_EQ(hub.drain() > 0, true) << "the rows that the merge deleted are made again";
  for (const char* source : {"CRM", "ERP", "Portal", "LocalDB"}) EXPECT_TRUE(links("C-2").contains(source)) << source;
}

TEST_F(Merging, UnmergeLeavesAlonePeoplesLaterWork) {
  hub.config.sources.resize(2);
  post("CRM", "C-1", {{"fullName", "Ann"}, {"email", "ann@x.org"}});
  post("ERP", "C-2", {{"fullName", "Anne"}, {"phone", "1"}});
  merge("C-1", "C-2");
  hub.drain();
  post("ERP", "C-2", {{"fullName", "Annette"}});     // of the moved row: the alias' own
  post("CRM", "C-1", {{"email", "changed@x.org"}});  // of the survivor's
  ASSERT_EQ(fields("C-1")["fullName"], "Annette");
  ASSERT_EQ(unmerge("C-2")["http"], 200);
  EXPECT_EQ(fields("C-2")["fullName"], "Annette");
  EXPECT_EQ(fields("C-2")["phone"], "1");
  EXPECT_EQ(fields("C-1")["fullName"], "Ann");
  EXPECT_EQ(fields("C-1")["email"], "changed@x.org");
  EXPECT_EQ(post("ERP", "C-2", {{"phone", "2"}})["externalId"], "C-2") << "its row is its own again";
}

TEST_F(Merging, ARecordOfNothingButNullsComesBackToo) {
  post("CRM", "C-1", {{"fullName", "Ann"}});
  post("CRM", "C-2", {{"fullName", "Anne"}});
  post("CRM", "C-2", {{"fullName", nullptr}});
  post("CRM", "O-1", {{"clientId", "C-2"}}, "order");
  merge("C-1", "C-2");
  ASSERT_EQ(unmerge("C-2")["http"], 200);
  EXPECT_EQ(hub.record("client", "C-2")["http"], 200);
  EXPECT_EQ(hub.record("order", "O-1")["fields"]["clientId"], "C-2");
}

/// Two clients and three orders: values that are not null, and what each source is known to hold.
struct Picture {
  std::map<std::string, json> values;
  std::map<std::string, std::map<std::string, hub::model::Fields>> rows;
  friend bool operator==(const Picture&, const Picture&) = default;
};

/// Merge, then unmerge: values, rows and references are what they were.
RC_GTEST_PROP(MergeProperty, UnmergeIsItsInverse, ()) {
  Pipeline hub(Pipeline::reference_config(), false);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  static const char* const kSources[] = {"CRM", "ERP", "Portal", "LocalDB"};
  const auto edit = [&](const std::string& id) {
    json body{{"source", kSources[pick(4)]}, {"entity", "client"}, {"externalId", id}};
    if (pick(2) == 0) body["version"] = 1 + pick(6);
    for (const char* field : {"fullName", "email", "phone"})
      if (pick(2) == 0)
        body["fields"][field] = pick(5) == 0 ? json() : json(std::string(1, static_cast<char>('a' + pick(4))));
    if (body.contains("fields")) hub.post(body);
  };
  for (int i = pick(20); i >= 0; --i) edit(pick(2) == 0 ? "A" : "B");
  hub.post({{"source", "CRM"}, {"entity", "client"}, {"externalId", "A"}, {"fields", {{"fullName", "x"}}}});
  hub.post({{"source", "ERP"}, {"entity", "client"}, {"externalId", "B"}, {"fields", {{"fullName", "y"}}}});
  for (int i = 0; i < 3; ++i)
    hub.post({{"source", "CRM"},
              {"entity", "order"},
              {"externalId", "O" + std::to_string(i)},
              {"fields", {{"clientId", pick(2) == 0 ? "A" : "B"}}}});
  if (pick(2) == 0) hub.drain();
  const auto picture = [&] {
    Picture now;
    for (const char* id : {"A", "B"}) {
      for (const auto& [name, value] : hub.record("client", id)["fields"].items())
        if (!value.is_null()) now.values[id][name] = value;
      hub.store.read([&](hub::store::Session& session) {
        for (const auto& link : hub::store::load_links(session, {"client", id}))
          if (!link.deleted) now.rows[id][link.source + "/" + link.native_id] = link.shadow;
      });
    }
    for (int i = 0; i < 3; ++i) {
      const std::string id = "O" + std::to_string(i);
      now.values[id] = hub.record("order", id)["fields"];
    }
    return now;
  };
  const Picture before = picture();
  const json take = pick(2) == 0 ? json::array() : json::array({"fullName"});
  const json body{{"absorb", "B"}, {"take", take}};
  const json merged = hub.json_of(hub::sync::merge_records(hub.committer, {"client", "A"}, "*", body.dump()));
  RC_ASSERT(merged["http"] == 200);
  const json undone = hub.json_of(hub::sync::unmerge_record(hub.committer, {"client", "B"}));
  RC_ASSERT(undone["http"] == 200);
  RC_ASSERT(before == picture());
}

}  // namespace
}  // namespace tests
