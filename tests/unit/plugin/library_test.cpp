#include "hub/plugin/library.hpp"

#include "hub/plugin/settings.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hub::plugin {
namespace {

const std::filesystem::path kPlugins = TEST_PLUGINS;

struct Refusal {
  const char* name;
  const char* says;
};

constexpr Refusal kRefusals[] = {
    {"no_table", "does not serve plugin ABI 1.0, which this hub speaks: install a build of it for this hub"},
    {"other_major", "was built for plugin ABI 2.0, this hub speaks 1.0: install a build of it for this hub"},
    {"newer_minor",
     "was built for plugin ABI 1.1, this hub speaks 1.0: upgrade the hub, or install an older build of it"},
    {"too_small", "gives a table that is too small to be a plugin's"},
    {"short", "gives a table that is smaller than its ABI says"},
    {"incomplete", "lacks functions that a plugin must have: pull, push"},
    {"no_id", "has no id or no version"},
    {"bad_schema", "ships a settings schema that is no JSON object"},
    {"no_entry", "is not a Syncline plugin: it does not export syncline_plugin_entry"},
};

TEST(PluginLibrary, SaysWhyItRefusesAPluginAndTheWayOut) {
  for (const Refusal& refusal : kRefusals) {
    const auto opened = PluginLibrary::open(kPlugins, refusal.name);
    ASSERT_FALSE(opened.ok()) << refusal.name;
    const std::string& message = opened.error().message;
    EXPECT_NE(message.find(refusal.says), std::string::npos) << refusal.name << ": " << message;
    EXPECT_NE(message.find("plugin '" + std::string(refusal.name) + "' ("), std::string::npos) << message;
  }
}

TEST(PluginLibrary, NamesTheOthersWhenAPluginIsUnknown) {
  const tests::support::TempDir dir;
  EXPECT_NE(PluginLibrary::open(dir.path(), "crm").error().message.find("which holds none: set hub.plugins"),
            std::string::npos);
  EXPECT_NE(PluginLibrary::open(dir / "none", "crm").error().message.find("there is no plugin folder"),
            std::string::npos);
  dir.write("libsyncline_crm.so", "not read");
  dir.write("libsyncline_localdb.so", "not read");
  dir.write("libother.so", "no plugin");
  EXPECT_EQ(PluginLibrary::names(dir.path()), (std::vector<std::string>{"crm", "localdb"}));
  EXPECT_EQ(
      PluginLibrary::open(dir.path(), "localbd").error().message,
      "there is no plugin 'localbd' in " + dir.path().string() + "; it holds: crm, localdb. Did you mean 'localdb'?");
}

TEST(PluginLibrary, RefusesNamesThatAreNoFileName) {
  for (const char* name : {"", "../idle", "a/b", "IDLE", "idle.so", "a b"}) {
    const auto opened = PluginLibrary::open(kPlugins, name);
    ASSERT_FALSE(opened.ok()) << name;
    EXPECT_NE(opened.error().message.find("is no plugin name"), std::string::npos) << opened.error().message;
  }
}

TEST(PluginLibrary, RefusesAFileThatIsNoLibrary) {
  const tests::support::TempDir dir;
  dir.write("libsyncline_text.so", "hello");
  const auto opened = PluginLibrary::open(dir.path(), "text");
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find("cannot be loaded: "), std::string::npos) << opened.error().message;
}

TEST(PluginLibrary, DescribesAPlugin) {
  const PluginLibrary library = PluginLibrary::open(kPlugins, "idle").value();
  EXPECT_EQ(library.info().name, "idle");
  EXPECT_EQ(library.info().id, "test.idle");
  EXPECT_EQ(library.info().version, "1.2.3");
  EXPECT_EQ(library.info().abi, "1.0");
  EXPECT_TRUE(library.info().path.is_absolute());
  EXPECT_TRUE(library.info().capabilities.pull_delta);
  EXPECT_FALSE(library.info().capabilities.push);
  EXPECT_EQ(library.info().settings_schema, R"({"type": "object"})");
}

TEST(PluginLibrary, OpensFromARelativeFolder) {
  EXPECT_TRUE(PluginLibrary::open(std::filesystem::relative(kPlugins), "idle").ok());
}

TEST(PluginLibrary, ChecksSettingsAgainstTheSchema) {
  const PluginLibrary library = PluginLibrary::open(kPlugins, "garbage").value();
  EXPECT_TRUE(library.check_settings(R"({"do": "well"})").empty());
  const auto created = library.create("CRM", R"({"dos": 1})");
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().message,
            "the settings of source CRM do not fit plugin 'garbage': /do: is required; /dos: is not known; did you "
            "mean 'do'?");
  EXPECT_FALSE(library.check_settings("{").empty());
}

TEST(PluginLibrary, PassesOnWhatCreateSays) {
  const PluginLibrary library = PluginLibrary::open(kPlugins, "garbage").value();
  const struct {
    const char* what;
    const char* says;
  } cases[] = {{"create refuses", "/do: is not to my taste"},
               {"create throws", "the plugin let an exception escape: no memory left"},
               {"create ok without source", "the plugin answered OK and made no source"}};
  for (const auto& c : cases) {
    const auto created = library.create("CRM", R"({"do": ")" + std::string(c.what) + R"("})");
    ASSERT_FALSE(created.ok()) << c.what;
    EXPECT_EQ(created.error().message, "plugin 'garbage' refuses the settings of source CRM: " + std::string(c.says));
  }
}

TEST(PluginLibrary, PlansAndAppliesASetUp) {
  const PluginLibrary garbage = PluginLibrary::open(kPlugins, "garbage").value();
  const std::string settings = with_mapping(R"({"do": "well"})", {});
  EXPECT_EQ(garbage.setup_plan("DB", settings).value(), "create trigger a;\ncreate trigger b;\n");
  EXPECT_EQ(garbage.setup_apply("DB", settings).error().message, "the table clients is locked");
  const PluginLibrary idle = PluginLibrary::open(kPlugins, "idle").value();
  EXPECT_EQ(idle.setup_plan("DB", "{}").error().message, "this plugin needs no set-up");
}

}  // namespace
}  // namespace hub::plugin
