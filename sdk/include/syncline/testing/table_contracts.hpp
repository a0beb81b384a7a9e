#pragma once

#include "syncline/testing/rig.hpp"

/// What must hold of the table and of making sources.
namespace syncline::testing::contracts {

inline void entry_refuses_other_majors(const Suite& suite) {
  const auto entry = load_entry(suite.plugin_path);
  const syncline_plugin* table = entry(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR);
  ASSERT_NE(table, nullptr) << "the plugin must serve the ABI of its header";
  EXPECT_EQ(entry(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR), table) << "every call gives the same table";
  EXPECT_NE(entry(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR + 7), nullptr) << "a hub of a newer minor must be served";
  EXPECT_EQ(entry(SYNCLINE_ABI_MAJOR + 1, 0), nullptr) << "a hub of another major must be refused";
  EXPECT_EQ(entry(0, 0), nullptr) << "a hub of another major must be refused";
}

inline void table_is_well_formed(const Suite& suite) {
  const syncline_plugin& table = load_table(suite.plugin_path);
  ASSERT_TRUE(SYNCLINE_HAS(&table, syncline_plugin, extension)) << "size " << table.size;
  EXPECT_EQ(table.abi_major, SYNCLINE_ABI_MAJOR);
  EXPECT_LE(table.abi_minor, SYNCLINE_ABI_MINOR);
  EXPECT_EQ(table.capabilities & ~0x7FU, 0U) << "unknown capabilities";
  EXPECT_TRUE(table.max_concurrency == 1 || table.max_concurrency == 2) << table.max_concurrency;
  EXPECT_FALSE(copy(table.id).empty());
  EXPECT_FALSE(copy(table.version).empty());
  EXPECT_TRUE(JsonText::is_object(copy(table.settings_schema))) << copy(table.settings_schema);
  EXPECT_NE(table.create, nullptr);
  EXPECT_NE(table.destroy, nullptr);
  EXPECT_NE(table.check, nullptr);
  EXPECT_NE(table.pull, nullptr);
  EXPECT_TRUE(table.push != nullptr || (table.capabilities & SYNCLINE_CAN_PUSH) == 0);
  EXPECT_TRUE(table.extension == nullptr || table.extension(abi("no-such-extension/1")) == nullptr);
}

inline void bad_settings_are_named(const Suite& suite) {
  const syncline_plugin& table = load_table(suite.plugin_path);
  auto cases = suite.make()->bad_settings();
  cases.emplace_back("{", "");
  for (const auto& [settings, word] : cases) {
    RecordedCall call;
    syncline_source* source = nullptr;
    EXPECT_EQ(table.create(abi("conformance"), abi(settings), call.get(), &source), SYNCLINE_MISCONFIGURED) << settings;
    EXPECT_EQ(source, nullptr) << settings;
    EXPECT_FALSE(call.message.empty()) << "create must say what is wrong with " << settings;
    EXPECT_NE(call.message.find(word), std::string::npos) << "the message should name " << word << ": " << call.message;
    if (source != nullptr) table.destroy(source);
  }
}

inline void check_reaches_the_source(const Suite& suite) {
  Rig rig{suite};
  rig.source.expect_reachable();
  rig.source.expect_reachable();
}

inline void sources_are_independent(const Suite& suite) {
  Rig kept{suite};
  {
    Rig other{suite};
    const auto texts = other.add(3);
    Pulls mine, theirs;
    kept.drain(mine);
    other.drain(theirs);
    EXPECT_TRUE(mine.changes.empty()) << "a source gives what was written to another one";
    for (const auto& [key, text] : texts) other.expect_last(theirs, key, text);
  }
  const auto texts = kept.add(1, "late");
  Pulls pulls;
  kept.drain(pulls);
  for (const auto& [key, text] : texts) kept.expect_last(pulls, key, text);
}

}  // namespace syncline::testing::contracts
