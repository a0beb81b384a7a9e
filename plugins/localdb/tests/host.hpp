#pragma once

#include <syncline/testing/recording_host.hpp>

#include <functional>
#include <string>
#include <vector>

namespace localdb::tests {

using syncline::testing::Item;
using syncline::testing::Pushed;

struct Change {
  bool deleted = false;
  std::string key, version, body;
  std::int64_t changed_at_ms = 0;

  /// "upsert 5 {…}" or "delete 5 {…}".
  [[nodiscard]] std::string text() const { return (deleted ? "delete " : "upsert ") + key + ' ' + body; }
};

struct Page {
  syncline_status status = SYNCLINE_OK;
  std::string message{};
  std::vector<Change> changes{};
  std::string cursor{};  // the last checkpoint, or the cursor that the pull began with

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const Change& change : changes) all.push_back(change.text());
    return all;
  }
};

struct Outcome {
  syncline_status status = SYNCLINE_OK;
  std::string message;
};

/// The hub's side of one source of the built plugin, as a test drives it through the C table.
class Host {
 public:
  /// `settings` is a JSON object with "$mapping". Throws std::runtime_error with the plugin's words when it refuses
  /// them.
  explicit Host(const std::string& settings) : table_(syncline::testing::load_table(SYNCLINE_PLUGIN_PATH)) {
    Call call(*this);
    if (table_.create(syncline::testing::abi("LocalDB"), syncline::testing::abi(settings), call.get(), &source_) !=
        SYNCLINE_OK)
      throw std::runtime_error(call.message);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() { table_.destroy(source_); }

  Outcome check() {
    Call call(*this);
    const syncline_status status = table_.check(source_, call.get());
    return {status, call.message};
  }

  /// Plans or applies the set-up; `text` is what the plugin printed.
  Outcome set_up(bool apply, std::string& text) {
    Call call(*this);
    const auto* setup =
        static_cast<const syncline_setup*>(table_.extension(syncline::testing::abi(SYNCLINE_EXT_SETUP)));
    const syncline_text_sink sink{sizeof sink, 0, &text, [](void* ctx, syncline_str piece) {
                                    *static_cast<std::string*>(ctx) += syncline::testing::copy(piece);
                                  }};
    const syncline_status status = (apply ? setup->apply : setup->plan)(source_, call.get(), &sink);
    return {status, call.message};
  }

  Page pull(const std::string& entity, const std::string& cursor = {}, std::uint32_t limit = 500,
            bool snapshot = false) {
    Page page{.cursor = cursor};
    Call call(*this);
    const syncline_pull_request request{
        sizeof request, snapshot ? 1U : 0U, syncline::testing::abi(entity), syncline::testing::abi(cursor), limit, 0};
    const syncline_change_sink sink{sizeof sink, 0, &page, &emit, &checkpoint};
    page.status = table_.pull(source_, call.get(), &request, &sink);
    page.message = call.message;
    return page;
  }

  /// One push; `outcome` is how the call as a whole ended.
  std::vector<Pushed> push(const std::string& entity, const std::vector<Item>& items, Outcome* outcome = nullptr) {
    using syncline::testing::abi;
    std::vector<syncline_push_item> abi_items;
    for (const Item& item : items)
      abi_items.push_back({sizeof(syncline_push_item),
                           item.op,
                           abi(entity),
                           abi(item.key),
                           abi(item.expected_version),
                           abi(item.body),
                           abi(item.idempotency_key),
                           {}});
    Reports reports{std::vector<Pushed>(items.size()), on_report};
    Call call(*this);
    const syncline_result_sink sink{sizeof sink, 0, &reports, &report};
    const syncline_status status =
        table_.push(source_, call.get(), abi_items.data(), static_cast<std::uint32_t>(abi_items.size()),
                    sizeof(syncline_push_item), &sink);
    if (outcome != nullptr) *outcome = {status, call.message};
    return reports.results;
  }

  std::function<bool()> cancelled;  // asked where the plugin polls
  std::function<void()> on_report;  // before each result is taken
  std::vector<std::string> log;

 private:
  struct Reports {
    std::vector<Pushed> results;
    const std::function<void()>& before;
  };

  class Call {
   public:
    explicit Call(Host& host) : host_(host) {}
    const syncline_call* get() const { return &abi_; }
    std::string message;

   private:
    static Call& self(void* ctx) { return *static_cast<Call*>(ctx); }
    Host& host_;
    syncline_call abi_{
        sizeof(syncline_call),
        0,
        this,
        30'000,
        [](void* ctx) { return self(ctx).host_.cancelled && self(ctx).host_.cancelled() ? 1 : 0; },
        [](void* ctx, std::int32_t, syncline_str line) {
          self(ctx).host_.log.push_back(syncline::testing::copy(line));
        },
        [](void* ctx, syncline_str text, std::int64_t) { self(ctx).message = syncline::testing::copy(text); }};
  };

  static syncline_status emit(void* ctx, const syncline_change* change) {
    using syncline::testing::copy;
    static_cast<Page*>(ctx)->changes.push_back({change->op == SYNCLINE_DELETE, copy(change->key), copy(change->version),
                                                copy(change->body), change->changed_at_ms});
    return SYNCLINE_OK;
  }
  static syncline_status checkpoint(void* ctx, syncline_str cursor) {
    static_cast<Page*>(ctx)->cursor = syncline::testing::copy(cursor);
    return SYNCLINE_OK;
  }
  static void report(void* ctx, std::uint32_t item, const syncline_push_result* result) {
    using syncline::testing::copy;
    auto& reports = *static_cast<Reports*>(ctx);
    if (reports.before) reports.before();
    Pushed& pushed = reports.results.at(item);
    pushed = {pushed.reports + 1,    result->status,     copy(result->key),
              copy(result->version), copy(result->body), copy(result->message)};
  }

  const syncline_plugin& table_;
  syncline_source* source_ = nullptr;
};

}  // namespace localdb::tests
