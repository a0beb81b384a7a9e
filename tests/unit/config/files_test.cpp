#include "tests/unit/config/loaded.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace tests::config {
namespace {

using hub::config::Config;
using Lines = std::vector<std::string>;

const char* const kEntity = "entities: {client: {fields: {email: {}}}}\n";

/// A folder with a main file that includes, and what it loads to.
class Files : public testing::Test {
 protected:
  Lines problems(const std::vector<hub::config::Override>& overrides = {}) const {
    return problems_of(hub::config::load(folder_ / "hub.yaml", overrides), folder_.path().string());
  }
  Config config(const std::vector<hub::config::Override>& overrides = {}) const {
    auto loaded = hub::config::load(folder_ / "hub.yaml", overrides);
    EXPECT_EQ(problems_of(loaded, folder_.path().string()), Lines{});
    return loaded.index() == 0 ? std::get<Config>(std::move(loaded)) : Config{};
  }
  support::TempDir folder_;
};

TEST_F(Files, MergeIntoTheTreesInTheOrderOfTheirNames) {
  folder_.write("hub.yaml", "include: [entities/*.yaml, sources/*.yaml]\nhub: {name: merged}\nsources:\n");
  folder_.write("entities/b.yaml", "entities: {order: {fields: {clientId: {references: client}}}}\n");
  folder_.write("entities/a.yaml", kEntity);
  folder_.write("sources/erp.yaml", "sources: {ERP: {priority: 2, entities: {client: }}}\n");
  folder_.write("sources/crm.yaml", "sources: {CRM: {priority: 1, entities: {client: , order: }}}\n");
  folder_.write("sources/notes.txt", "not: [yaml");
  const Config loaded = config();
  EXPECT_EQ(loaded.hub.name, "merged");
  ASSERT_EQ(loaded.entities.size(), 2U);
  EXPECT_EQ(loaded.entities[0].name, "client");
  EXPECT_EQ(loaded.entities[1].name, "order");
  ASSERT_EQ(loaded.sources.size(), 2U);
  EXPECT_EQ(loaded.sources[0].name, "CRM");
  EXPECT_EQ(loaded.sources[1].name, "ERP");
}

TEST_F(Files, MergeBelowTheSameNameToo) {
  folder_.write("hub.yaml",
                std::string(kEntity) + "include: [more.yaml]\nsources: {CRM: {priority: 1, pull: {every: 1s}}}\n");
  folder_.write("more.yaml", "sources: {CRM: {pull: {limit: 7}, entities: {client: }}}\n");
  const Config loaded = config();
  EXPECT_EQ(loaded.sources[0].pull.every, hub::config::Millis{1'000});
  EXPECT_EQ(loaded.sources[0].pull.limit, 7);
}

TEST_F(Files, RefuseAKeyGivenTwiceAndNameBothPlaces) {
  folder_.write("hub.yaml", std::string(kEntity) + "include: [a.yaml, b.yaml]\nhub: {name: x}\n");
  folder_.write("a.yaml", "hub:\n  name: y\nsources: {CRM: {priority: 1, entities: {client: }}}\n");
  folder_.write("b.yaml", "sources:\n  CRM: {priority: 2}\n");
  EXPECT_EQ(problems(), (Lines{"a.yaml:2:3: `hub.name` is given twice; the first is at hub.yaml:3:7",
                               "b.yaml:2:9: `sources.CRM.priority` is given twice; the first is at a.yaml:3:17"}));
}

TEST_F(Files, MissOnlyALiteralName) {
  folder_.write("hub.yaml", std::string(kEntity) + "include: [none/*.yaml, absent.yaml]\n");
  EXPECT_EQ(problems(), Lines{"hub.yaml:2:24: there is no file absent.yaml to include"});
}

TEST_F(Files, AreReadOnceAndNeverTheMainFile) {
  folder_.write("hub.yaml", "include: ['*.yaml', entity.yaml, ./entity.yaml]\n");
  folder_.write("entity.yaml", kEntity);
  EXPECT_EQ(config().entities.size(), 1U);
}

TEST_F(Files, DoNotIncludeOthers) {
  folder_.write("hub.yaml", std::string(kEntity) + "include: [a.yaml]\n");
  folder_.write("a.yaml", "include: [b.yaml]\n");
  EXPECT_EQ(problems(), Lines{"a.yaml:1:1: only the main file may include others; name these files there"});
}

TEST_F(Files, ThatAreBrokenHideNoOtherProblemAndMakeNoFalseOne) {
  folder_.write("hub.yaml", "include: [a.yaml]\nhub: {prot: 1}\nsources: {CRM: {priority: x, entities: {client: }}}\n");
  folder_.write("a.yaml", "entities: {client\n");
  EXPECT_EQ(problems(),
            (Lines{"a.yaml:1:11: this is no valid YAML: end of map flow not found",
                   "hub.yaml:2:7: unknown key `hub.prot`; known here: `name`, `listen`, `data`, `store`, `plugins`, "
                   "`durability`, `shadow` and `retention`",
                   "hub.yaml:3:27: `sources.CRM.priority` must be a whole number in decimal digits, not `x`"}));
}

TEST_F(Files, ThatCannotBeReadAreNamed) {
  EXPECT_EQ(problems(), Lines{"hub.yaml: hub.yaml cannot be read: No such file or directory"});
  folder_.write("hub.yaml", std::string(kEntity) + "include: [d*]\n");
  std::filesystem::create_directory(folder_ / "d1");
  EXPECT_EQ(problems(), Lines{"hub.yaml:2:11: d1 cannot be read: it is a folder"});
}

TEST_F(Files, CountRelativePathsFromTheirOwnFolder) {
  folder_.write("hub.yaml", std::string(kEntity) + "include: [sub/*.yaml]\nhub: {data: ./data/../store}\n");
  folder_.write("sub/a.yaml",
                "hub: {plugins: plugins}\nsources: {L: {priority: 1, plugin: p, settings: {path: ../x.db}, entities: "
                "{client: }}}\n");
  const Config loaded = config();
  EXPECT_EQ(loaded.hub.data, folder_ / "store");
  EXPECT_EQ(loaded.hub.plugins, folder_ / "sub/plugins");
  EXPECT_EQ(loaded.sources[0].settings, "{\"path\":\"" + (folder_ / "x.db").string() + "\"}");
}

TEST_F(Files, DefaultPathsCountFromTheMainFile) {
  folder_.write("etc/hub.yaml", "include: [sub/*.yaml]\n");
  folder_.write("etc/sub/a.yaml", std::string(kEntity) + "hub: {name: x}\n");
  const auto loaded = hub::config::load(folder_ / "etc/hub.yaml");
  ASSERT_EQ(loaded.index(), 0U);
  EXPECT_EQ(std::get<Config>(loaded).hub.data, folder_ / "etc/data");
  EXPECT_EQ(std::get<Config>(loaded).hub.plugins, folder_ / "build/release/plugins");
}

TEST_F(Files, YieldToOverrides) {
  folder_.write("hub.yaml",
                std::string(kEntity) +
                    "hub: {name: x}\nsources: {CRM: {priority: 1, entities: {client: {fields: {email: a}}}}}\n");
  folder_.write("more.yaml", "sources: {ERP: {priority: 2, entities: {client: }}}\n");
  const Config loaded = config({{"hub.name", "a"},
                                {"hub.name", "b"},
                                {"hub.listen", "127.0.0.1:0"},
                                {"hub.data", "here"},
                                {"api.default_entity", "client"},
                                {"sources.CRM.push.backoff.first", "5ms"},
                                {"sources.CRM.entities.client.fields.email", "mail"},
                                {"include", "[" + (folder_ / "more.yaml").string() + "]"},
                                {"sources.New", "{priority: 3, entities: {client: {}}}"}});
  EXPECT_EQ(loaded.hub.name, "b") << "the last one wins";
  EXPECT_EQ(loaded.hub.listen_port, 0);
  EXPECT_EQ(loaded.hub.data, std::filesystem::current_path() / "here") << "--set is written where the person stands";
  EXPECT_EQ(loaded.api.default_entity, "client");
  EXPECT_EQ(loaded.source("CRM")->push.backoff_first, hub::config::Millis{5});
  EXPECT_EQ(loaded.source("CRM")->entities[0].fields[0].remote, "mail");
  EXPECT_NE(loaded.source("ERP"), nullptr);
  EXPECT_NE(loaded.source("New"), nullptr);
}

TEST_F(Files, YieldToOverridesThatAreCheckedAlike) {
  folder_.write("hub.yaml", std::string(kEntity) + "hub: {name: x}\n");
  EXPECT_EQ(problems({{"hub.listen", "0.0.0.0:1"}}),
            Lines{"--set hub.listen: `hub.listen` is `0.0.0.0:1`, which others can reach: there are no access tokens "
                  "yet, so it must "
                  "stay on this machine: use 127.0.0.1, \"[::1]\" or localhost"});
  EXPECT_EQ(problems({{"hub..name", "a"}}),
            Lines{"--set hub..name: the path has an empty part; write it like hub.listen"});
  EXPECT_EQ(problems({{"hub.name.x", "a"}}),
            Lines{"--set hub.name.x: `hub.name` is no map, so nothing in it can be set"});
  EXPECT_EQ(problems({{"hub.name", "[a"}}),
            Lines{"--set hub.name: this is no valid YAML: end of sequence flow not found"});
  EXPECT_EQ(problems({{"hub.name", ""}}),
            Lines{"--set hub.name: `hub.name` has no value; give one, or leave the key out"});
  EXPECT_EQ(problems({{"hub", "{name: a, name: b}"}}),
            Lines{"--set hub: `hub.name` is given twice; the first is at --set hub"});
  EXPECT_EQ(problems({{"sources.CRM.entities.client", "{}"}}),
            Lines{"--set sources.CRM.entities.client: `sources.CRM.priority` is missing; it has no default"});
}

}  // namespace
}  // namespace tests::config
