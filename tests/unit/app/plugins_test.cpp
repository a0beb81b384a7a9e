#include "tests/support/hub_binary.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/unit/app/fixture.hpp"

#include <gtest/gtest.h>

namespace {

using tests::app::Installation;

/// An application's database and a source on it through the plugin `localdb`.
class Plugins : public testing::Test {
 protected:
  void SetUp() override {
    tests::support::sqlite(database_, "create table client (id integer primary key, no text unique, fullName text)");
  }

  Installation::Said said(std::vector<std::string> words, const std::string& plugin = "localdb") {
    for (const std::string& key :
         {"hub.plugins=" + tests::support::plugin_folder().string(), "sources.CRM.plugin=" + plugin,
          "sources.CRM.settings.path=" + database_.string(), std::string("sources.CRM.entities.client.key=no"),
          std::string("sources.CRM.entities.client.fields={fullName: fullName}")})
      words.insert(words.end(), {"--set", key});
    return here_.syncline(std::move(words));
  }

  const Installation here_{R"(
hub: {name: test, listen: "127.0.0.1:0", data: ./data}
entities: {client: {fields: {fullName: {type: string}}}}
sources: {CRM: {priority: 1, entities: {client: {}}}, ERP: {priority: 2, entities: {client: {}}}}
)"};
  const std::filesystem::path database_ = here_.folder() / "app.db";
};

TEST_F(Plugins, AreListedWithWhatTheyCan) {
  const auto list = said({"plugin", "list"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_NE(list.out.find("syncline.localdb"), std::string::npos) << list.out;
  EXPECT_NE(list.out.find("pull-delta"), std::string::npos) << list.out;
  const auto json = nlohmann::json::parse(said({"plugin", "list", "--json"}).out);
  EXPECT_EQ(json["items"][0]["name"], "localdb");
}

TEST_F(Plugins, SetUpPrintsFirstAndInstallsWhenTold) {
  const auto plan = said({"plugin", "setup", "CRM"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_NE(plan.out.find("TRIGGER"), std::string::npos) << plan.out;
  EXPECT_EQ(tests::support::sqlite_value(database_, "select count(*) from sqlite_master where type = 'trigger'"), "0");
  EXPECT_EQ(said({"plugin", "check", "localdb"}).code, 1);

  EXPECT_EQ(said({"plugin", "setup", "CRM", "--apply"}).code, 0);
  EXPECT_NE(tests::support::sqlite_value(database_, "select count(*) from sqlite_master where type = 'trigger'"), "0");
  const auto again = said({"plugin", "setup", "CRM"});
  EXPECT_EQ(again.out, "");
  EXPECT_NE(again.err.find("all is in place already"), std::string::npos) << again.err;
  const auto check = said({"plugin", "check", "localdb"});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_NE(check.out.find("CRM: can be reached"), std::string::npos) << check.out;
}

TEST_F(Plugins, ThatDoNotFitAreNamed) {
  const auto missing = said({"plugin", "check", "locldb"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_NE(missing.err.find("Did you mean 'localdb'?"), std::string::npos) << missing.err;
  const auto unknown = said({"check-config"}, "locldb");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(unknown.err.find("sources.CRM.plugin: there is no plugin 'locldb'"), 0U) << unknown.err;
  const auto settings = said({"check-config", "--set", "sources.CRM.settings.setpu=auto"});
  EXPECT_EQ(settings.code, 2);
  EXPECT_EQ(settings.err.find("sources.CRM.settings/setpu: is not known; did you mean 'setup'?"), 0U) << settings.err;
  EXPECT_EQ(said({"check-config"}).code, 0);
}

TEST_F(Plugins, SetUpNeedsASourceThatHasOne) {
  const auto none = said({"plugin", "setup", "ERP"});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("source ERP has no plugin"), std::string::npos) << none.err;
  const auto unknown = said({"plugin", "setup", "CMR"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_NE(unknown.err.find("did you mean CRM?"), std::string::npos) << unknown.err;
}

}  // namespace
