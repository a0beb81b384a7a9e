#pragma once

#include "syncline/plugin.h"
#include "syncline/testing/json_text.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// A hub as small as it can be: it calls a plugin through the C table only and writes down what the plugin does. What
/// breaks the contract is a GoogleTest failure at once.
namespace syncline::testing {

inline syncline_str abi(std::string_view text) { return {text.data(), text.size()}; }
inline std::string copy(syncline_str text) {
  return text.size == 0 ? std::string{} : std::string{text.data, text.size};
}

/// The entry point of the plugin `path`. The library stays loaded. Throws std::runtime_error when there is none.
inline syncline_plugin_entry_fn load_entry(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) throw std::runtime_error(dlerror());
  void* entry = dlsym(library, "syncline_plugin_entry");
  if (entry == nullptr) throw std::runtime_error(path + " does not export syncline_plugin_entry");
  return reinterpret_cast<syncline_plugin_entry_fn>(entry);
}

/// The table of the plugin `path`; throws std::runtime_error when it has none for this header.
inline const syncline_plugin& load_table(const std::string& path) {
  const syncline_plugin* table = load_entry(path)(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR);
  if (table == nullptr) throw std::runtime_error(path + " gives no table for the ABI of this header");
  return *table;
}

struct Pulled {
  syncline_op op = 0;
  std::string key, version, body, origin_tag;
};

/// A cursor, and how many changes of its page it covers.
struct Checkpoint {
  std::string cursor;
  std::size_t covered = 0;
};

struct Page {
  syncline_status status = SYNCLINE_OK;
  std::vector<Pulled> changes;
  std::vector<Checkpoint> checkpoints;
};

struct Item {
  syncline_op op = SYNCLINE_UPSERT;
  std::string key, expected_version, body, idempotency_key;
};

struct Pushed {
  int reports = 0;
  syncline_status status = SYNCLINE_RETRY;
  std::string key, version, body, message;
};

/// How a pull is cut short: after so many changes cancelled() turns true, or the sink takes no more.
struct PullCut {
  std::size_t cancel_after = std::numeric_limits<std::size_t>::max();
  std::size_t refuse_after = std::numeric_limits<std::size_t>::max();
};

inline constexpr std::string_view kOriginTag = "syncline:conformance";

/// The host's side of one call.
class RecordedCall {
 public:
  explicit RecordedCall(std::function<bool()> cancelled = {})
      : cancelled_(std::move(cancelled)),
        abi_{sizeof(syncline_call),
             0,
             this,
             30'000,
             [](void* ctx) {
               const auto& self = *static_cast<RecordedCall*>(ctx);
               return self.cancelled_ && self.cancelled_() ? 1 : 0;
             },
             [](void*, std::int32_t, syncline_str) {},
             [](void* ctx, syncline_str why, std::int64_t) { static_cast<RecordedCall*>(ctx)->message = copy(why); }} {}
  RecordedCall(const RecordedCall&) = delete;
  RecordedCall& operator=(const RecordedCall&) = delete;

  [[nodiscard]] const syncline_call* get() const { return &abi_; }
  std::string message;

 private:
  std::function<bool()> cancelled_;
  syncline_call abi_;
};

/// One source of a plugin, made in the constructor (throws std::runtime_error when create refuses).
class RecordedSource {
 public:
  RecordedSource(const syncline_plugin& plugin, const std::string& settings) : plugin_(plugin) {
    RecordedCall call;
    const syncline_status status = plugin_.create(abi("conformance"), abi(settings), call.get(), &source_);
    if (status != SYNCLINE_OK || source_ == nullptr)
      throw std::runtime_error("create answers status " + std::to_string(status) + ": " + call.message);
  }
  RecordedSource(const RecordedSource&) = delete;
  RecordedSource& operator=(const RecordedSource&) = delete;
  ~RecordedSource() { plugin_.destroy(source_); }

  [[nodiscard]] bool can(std::uint32_t capability) const { return (plugin_.capabilities & capability) != 0; }

  /// Installs what the plugin needs at the source, if it needs anything.
  void set_up() {
    const void* found = plugin_.extension == nullptr ? nullptr : plugin_.extension(abi(SYNCLINE_EXT_SETUP));
    if (found == nullptr) return;
    RecordedCall call;
    const syncline_text_sink sink{sizeof(syncline_text_sink), 0, nullptr, [](void*, syncline_str) {}};
    const syncline_status status = static_cast<const syncline_setup*>(found)->apply(source_, call.get(), &sink);
    if (status != SYNCLINE_OK && status != SYNCLINE_UNSUPPORTED)
      throw std::runtime_error("setup answers status " + std::to_string(status) + ": " + call.message);
  }

  void expect_reachable() {
    RecordedCall call;
    EXPECT_EQ(plugin_.check(source_, call.get()), SYNCLINE_OK) << call.message;
  }

  /// One pull, as the plugin answers it.
  [[nodiscard]] Page pull(const std::string& entity, const std::string& cursor, std::uint32_t limit,
                          bool snapshot = false, PullCut cut = {}) {
    Recorder recorder{entity, limit, cut, {}, false};
    RecordedCall call{[&] { return recorder.page.changes.size() >= cut.cancel_after; }};
    const syncline_pull_request request{
        sizeof(syncline_pull_request), snapshot ? 1U : 0U, abi(entity), abi(cursor), limit, 0};
    const syncline_change_sink sink{sizeof(syncline_change_sink), 0, &recorder, &emit, &checkpoint};
    recorder.page.status = plugin_.pull(source_, call.get(), &request, &sink);
    const bool cut_short = recorder.refused || recorder.page.changes.size() >= cut.cancel_after;
    EXPECT_TRUE(cut_short || recorder.page.status == SYNCLINE_OK)
        << "pull answers status " << recorder.page.status << ": " << call.message;
    return std::move(recorder.page);
  }

  /// One push; the result of each item in order.
  [[nodiscard]] std::vector<Pushed> push(const std::string& entity, const std::vector<Item>& items) {
    std::vector<syncline_push_item> abi_items;
    for (const Item& item : items)
      abi_items.push_back({sizeof(syncline_push_item), item.op, abi(entity), abi(item.key), abi(item.expected_version),
                           abi(item.body), abi(item.idempotency_key), abi(kOriginTag)});
    std::vector<Pushed> results(items.size());
    RecordedCall call;
    const syncline_result_sink sink{sizeof(syncline_result_sink), 0, &results, &report};
    const syncline_status status =
        plugin_.push(source_, call.get(), abi_items.data(), static_cast<std::uint32_t>(abi_items.size()),
                     sizeof(syncline_push_item), &sink);
    EXPECT_EQ(status, SYNCLINE_OK) << "push: " << call.message;
    for (std::size_t i = 0; i < results.size(); ++i)
      EXPECT_EQ(results[i].reports, 1) << "item " << i << " of " << results.size() << " must have exactly one result";
    return results;
  }

  [[nodiscard]] syncline_origin is_echo(const std::string& entity, const Pulled& change, const Pushed& last,
                                        const std::string& sent) const {
    if (plugin_.is_echo == nullptr) return SYNCLINE_ORIGIN_UNKNOWN;
    const syncline_change abi_change{sizeof(syncline_change), change.op,        abi(entity), abi(change.key),
                                     abi(change.version),     abi(change.body), 0,           abi(change.origin_tag)};
    const syncline_receipt receipt{
        sizeof(syncline_receipt), 0, abi(last.version), abi(last.body.empty() ? sent : last.body), abi(kOriginTag), 1};
    return plugin_.is_echo(source_, &abi_change, &receipt);
  }

 private:
  struct Recorder {
    const std::string& entity;
    std::uint32_t limit;
    PullCut cut;
    Page page;
    bool refused;
  };

  static syncline_status emit(void* ctx, const syncline_change* change) {
    auto& self = *static_cast<Recorder*>(ctx);
    EXPECT_FALSE(self.refused) << "emits after the sink refused";
    if (self.page.changes.size() >= self.cut.refuse_after) {
      self.refused = true;
      return SYNCLINE_CANCELLED;
    }
    EXPECT_LT(self.page.changes.size(), self.limit) << "emits more changes than `limit`";
    EXPECT_GE(change->size, sizeof(syncline_change));
    EXPECT_TRUE(change->op == SYNCLINE_UPSERT || change->op == SYNCLINE_DELETE) << "unknown op " << change->op;
    EXPECT_GT(change->key.size, 0U) << "a change needs the source's own id of its record";
    EXPECT_TRUE(change->entity.size == 0 || copy(change->entity) == self.entity)
        << "of entity " << copy(change->entity);
    Pulled pulled{change->op, copy(change->key), copy(change->version), copy(change->body), copy(change->origin_tag)};
    EXPECT_TRUE(JsonText::is_object(pulled.body) || (pulled.op == SYNCLINE_DELETE && pulled.body.empty()))
        << "the body is no JSON object: " << pulled.body;
    self.page.changes.push_back(std::move(pulled));
    return SYNCLINE_OK;
  }

  static syncline_status checkpoint(void* ctx, syncline_str cursor) {
    auto& self = *static_cast<Recorder*>(ctx);
    EXPECT_FALSE(self.refused) << "checkpoints after the sink refused";
    EXPECT_GT(cursor.size, 0U) << "an empty cursor would start all over";
    self.page.checkpoints.push_back({copy(cursor), self.page.changes.size()});
    return self.refused ? SYNCLINE_CANCELLED : SYNCLINE_OK;
  }

  static void report(void* ctx, std::uint32_t item, const syncline_push_result* result) {
    auto& results = *static_cast<std::vector<Pushed>*>(ctx);
    if (item >= results.size()) {
      ADD_FAILURE() << "reports item " << item << " of a push of " << results.size();
      return;
    }
    EXPECT_TRUE(result->status >= SYNCLINE_OK && result->status <= SYNCLINE_INTERNAL)
        << "unknown status " << result->status;
    EXPECT_TRUE(result->body.size == 0 || JsonText::is_object(copy(result->body))) << "the body is no JSON object";
    const int reports = results[item].reports + 1;
    results[item] = {
        reports, result->status, copy(result->key), copy(result->version), copy(result->body), copy(result->message)};
  }

  const syncline_plugin& plugin_;
  syncline_source* source_ = nullptr;
};

}  // namespace syncline::testing
