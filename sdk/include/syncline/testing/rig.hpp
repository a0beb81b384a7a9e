#pragma once

#include "syncline/testing/fixture.hpp"
#include "syncline/testing/recording_host.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace syncline::testing {

/// The settings of a fixture with the "$mapping" that the hub adds.
inline std::string full_settings(SourceFixture& fixture) {
  std::string settings = fixture.settings();
  settings.resize(settings.find_last_of('}'));
  const std::string key = fixture.key_field();
  const bool empty = settings.find('"') == std::string::npos;
  return settings + (empty ? "" : ",") + "\"$mapping\":{\"" + fixture.entity() +
         R"(":{"entity":"conformance","key":")" + key + R"(","fields":[)" + (key.empty() ? "" : "\"" + key + "\",") +
         "\"" + fixture.text_field() + R"("],"references":{}}}})";
}

/// What a sequence of pulls gave, with the cursor to go on from.
struct Pulls {
  std::vector<Pulled> changes;
  std::vector<Checkpoint> checkpoints;  // `covered` counts from the first change of the sequence
  std::string cursor;

  /// The last change of a record, or null.
  [[nodiscard]] const Pulled* last(const std::string& key) const {
    for (auto at = changes.rbegin(); at != changes.rend(); ++at)
      if (at->key == key) return &*at;
    return nullptr;
  }
};

/// A fresh source with a plugin connected to it and set up.
class Rig {
 public:
  explicit Rig(const Suite& suite)
      : fixture(suite.make()), plugin(load_table(suite.plugin_path)), source(plugin, full_settings(*fixture)) {
    source.set_up();
  }

  /// Pulls one page and adds it to `pulls`, which keeps the cursor. False when it had no changes.
  bool pull_page(Pulls& pulls, std::uint32_t limit, bool snapshot = false, PullCut cut = {}) {
    const Page page = source.pull(fixture->entity(), pulls.cursor, limit, snapshot, cut);
    const std::size_t before = pulls.changes.size();
    for (const auto& [cursor, covered] : page.checkpoints) pulls.checkpoints.push_back({cursor, before + covered});
    // A hub keeps what is covered; the rest comes again.
    const std::size_t kept = page.checkpoints.empty() ? 0 : page.checkpoints.back().covered;
    pulls.changes.insert(pulls.changes.end(), page.changes.begin(),
                         page.changes.begin() + static_cast<std::ptrdiff_t>(kept));
    if (!page.checkpoints.empty()) pulls.cursor = page.checkpoints.back().cursor;
    return kept > 0;
  }

  /// Pulls from where `pulls` is until there is nothing more: two pages in a row without changes, for the first may be
  /// the end of a load, or its cursor may have moved on.
  void drain(Pulls& pulls, std::uint32_t limit = 100, bool snapshot = false) {
    int empty = 0;
    for (int page = 0; page < kMaxPages && empty < 2; ++page) empty = pull_page(pulls, limit, snapshot) ? 0 : empty + 1;
    EXPECT_EQ(empty, 2) << "pull still gives changes after " << kMaxPages << " pages";
  }

  /// Adds records `prefix`-1 to `prefix`-n; gives their native ids and texts.
  std::map<std::string, std::string> add(int n, const std::string& prefix = "rec") {
    std::map<std::string, std::string> texts;
    for (int i = 1; i <= n; ++i) {
      const std::string id = prefix + "-" + std::to_string(i);
      texts[fixture->add(id, "text-" + id)] = "text-" + id;
    }
    return texts;
  }

  /// Pushes one upsert that must be applied; an empty `key` inserts `id`.
  Pushed upsert(const std::string& key, const std::string& id, const std::string& text,
                const std::string& idempotency_key) {
    const auto results =
        source.push(fixture->entity(), {{SYNCLINE_UPSERT, key, "", fixture->body(id, text), idempotency_key}});
    EXPECT_EQ(results.at(0).status, SYNCLINE_OK) << results.at(0).message;
    EXPECT_TRUE(!results.at(0).key.empty() || !key.empty()) << "an insert must report the source's own id";
    Pushed result = results.at(0);
    if (result.key.empty()) result.key = key;
    return result;
  }

  /// Fails unless the last change of `key` in `pulls` is an upsert with `text`.
  void expect_last(const Pulls& pulls, const std::string& key, const std::string& text) {
    const Pulled* change = pulls.last(key);
    ASSERT_NE(change, nullptr) << "record " << key << " was never pulled";
    EXPECT_EQ(change->op, static_cast<syncline_op>(SYNCLINE_UPSERT)) << "record " << key;
    EXPECT_TRUE(says(*change, text)) << "record " << key << " should come with " << text << ", came as "
                                     << change->body;
  }

  /// Whether a change carries `text` as one of its values.
  static bool says(const Pulled& change, const std::string& text) {
    return change.body.find("\"" + text + "\"") != std::string::npos;
  }

  std::unique_ptr<SourceFixture> fixture;
  const syncline_plugin& plugin;
  RecordedSource source;

 private:
  static constexpr int kMaxPages = 1'000;
};

}  // namespace syncline::testing
