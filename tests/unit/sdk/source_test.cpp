// The C++ face: what a Source does arrives in the C table, and no exception leaves it.
#include "syncline/source.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

/// What the next call of a Scripted does; each test sets what it needs.
struct Script {
  std::function<void()> create = [] {};
  std::function<void(const syncline::PullRequest&, syncline::ChangeSink&, const syncline::Call&)> pull;
  std::function<void(const syncline::PushBatch&)> push;
  std::function<syncline::Origin(const syncline::Change&, const syncline::Receipt&)> is_echo;
};
Script script;

class Scripted final : public syncline::Source {
 public:
  static constexpr std::uint32_t kMaxConcurrency = 2;

  Scripted(std::string_view, std::string_view) { script.create(); }
  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out, const syncline::Call& call) override {
    script.pull(request, out, call);
  }
  void push(const syncline::PushBatch& batch, const syncline::Call&) override { script.push(batch); }
  syncline::Origin is_echo(const syncline::Change& change, const syncline::Receipt& last) const override {
    return script.is_echo(change, last);
  }
};

/// A source with nothing but a constructor: the defaults.
class Plain final : public syncline::Source {
 public:
  Plain(std::string_view, std::string_view) {}
};

constexpr std::string_view kSchema = "{}";

}  // namespace

SYNCLINE_PLUGIN(Scripted, "test.scripted", "2.1", syncline::kCanPullDelta | syncline::kCanPush, kSchema)

namespace {

syncline_str str(std::string_view text) { return {text.data(), text.size()}; }
std::string text(syncline_str s) { return s.size == 0 ? "" : std::string(s.data, s.size); }

/// The host's side: what failed, what was emitted and reported.
struct Host {
  std::string message;
  std::int64_t retry_after_ms = 0;
  std::vector<std::string> events;
  std::size_t takes = 100;

  const syncline_call call{sizeof(syncline_call),
                           0,
                           this,
                           1234,
                           [](void*) { return 0; },
                           [](void* ctx, std::int32_t level, syncline_str m) {
                             static_cast<Host*>(ctx)->events.push_back("log " + std::to_string(level) + " " + text(m));
                           },
                           [](void* ctx, syncline_str m, std::int64_t ms) {
                             static_cast<Host*>(ctx)->message = text(m);
                             static_cast<Host*>(ctx)->retry_after_ms = ms;
                           }};
  const syncline_change_sink changes{sizeof(syncline_change_sink), 0, this,
                                     [](void* ctx, const syncline_change* c) {
                                       auto& self = *static_cast<Host*>(ctx);
                                       if (self.events.size() >= self.takes)
                                         return static_cast<syncline_status>(SYNCLINE_CANCELLED);
                                       self.events.push_back("emit " + std::to_string(c->op) + " " + text(c->entity) +
                                                             " " + text(c->key) + " " + text(c->version) + " " +
                                                             text(c->body) + " " + std::to_string(c->changed_at_ms) +
                                                             " " + text(c->origin_tag));
                                       return static_cast<syncline_status>(SYNCLINE_OK);
                                     },
                                     [](void* ctx, syncline_str cursor) {
                                       static_cast<Host*>(ctx)->events.push_back("checkpoint " + text(cursor));
                                       return static_cast<syncline_status>(SYNCLINE_OK);
                                     }};
  const syncline_result_sink results{
      sizeof(syncline_result_sink), 0, this, [](void* ctx, std::uint32_t item, const syncline_push_result* r) {
        static_cast<Host*>(ctx)->events.push_back("report " + std::to_string(item) + " " + std::to_string(r->status) +
                                                  " " + text(r->key) + " " + text(r->version) + " " + text(r->body) +
                                                  " " + text(r->message) + " " + std::to_string(r->retry_after_ms));
      }};
};

class SourceFace : public ::testing::Test {
 protected:
  SourceFace() { script = {}; }
  ~SourceFace() override { table.destroy(source); }

  void make() { ASSERT_EQ(table.create(str("CRM"), str("{}"), &host.call, &source), SYNCLINE_OK); }
  syncline_status pull(std::uint32_t limit = 9) {
    const syncline_pull_request request{sizeof(syncline_pull_request), 1, str("clients"), str("c0"), limit, 0};
    return table.pull(source, &host.call, &request, &host.changes);
  }

  const syncline_plugin& table = *syncline_plugin_entry(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR);
  Host host;
  syncline_source* source = nullptr;
};

TEST_F(SourceFace, FillsTheTable) {
  EXPECT_EQ(table.size, sizeof(syncline_plugin));
  EXPECT_EQ(text(table.id), "test.scripted");
  EXPECT_EQ(text(table.version), "2.1");
  EXPECT_EQ(text(table.settings_schema), "{}");
  EXPECT_EQ(table.capabilities, SYNCLINE_CAN_PULL_DELTA | SYNCLINE_CAN_PUSH);
  EXPECT_EQ(table.max_concurrency, 2U);
  EXPECT_EQ(syncline::detail::max_concurrency<Plain>(), 1U);
  EXPECT_EQ(syncline_plugin_entry(SYNCLINE_ABI_MAJOR + 1, 0), nullptr);
}

TEST_F(SourceFace, AConstructorThatThrowsMakesNoSource) {
  script.create = [] { throw std::runtime_error("no path"); };
  EXPECT_EQ(table.create(str("CRM"), str("{}"), &host.call, &source), SYNCLINE_MISCONFIGURED);
  EXPECT_EQ(host.message, "no path");
  EXPECT_EQ(source, nullptr);
  script.create = [] { throw syncline::Error(syncline::kRetry, "busy", 5s); };
  EXPECT_EQ(table.create(str("CRM"), str("{}"), &host.call, &source), SYNCLINE_RETRY);
  EXPECT_EQ(host.retry_after_ms, 5000);
}

TEST_F(SourceFace, TurnsWhatAPullThrowsIntoAStatus) {
  make();
  script.pull = [](const auto&, auto&, const auto&) {
    throw syncline::Error(syncline::kThrottled, "slow down", 1500ms);
  };
  EXPECT_EQ(pull(), SYNCLINE_THROTTLED);
  EXPECT_EQ(host.message, "slow down");
  EXPECT_EQ(host.retry_after_ms, 1500);
  script.pull = [](const auto&, auto&, const auto&) { throw std::logic_error("bug"); };
  EXPECT_EQ(pull(), SYNCLINE_INTERNAL);
  EXPECT_EQ(host.message, "bug");
  script.pull = [](const auto&, auto&, const auto&) { throw 7; };
  EXPECT_EQ(pull(), SYNCLINE_INTERNAL);
  EXPECT_EQ(host.message, "an exception that is no std::exception");
}

TEST_F(SourceFace, PassesRequestsAndChangesOn) {
  make();
  script.pull = [](const syncline::PullRequest& request, syncline::ChangeSink& out, const syncline::Call& call) {
    EXPECT_EQ(request.entity, "clients");
    EXPECT_EQ(request.cursor, "c0");
    EXPECT_TRUE(request.snapshot);
    EXPECT_EQ(request.limit, 2U);
    EXPECT_EQ(call.budget(), 1234ms);
    EXPECT_FALSE(call.cancelled());
    call.log(syncline::LogLevel::kWarning, "hm");
    EXPECT_EQ(out.room(), 2U);
    out.emit({.key = "k1", .version = std::to_string(7), .body = "{}"});
    out.emit({.op = syncline::kDelete, .entity = "clients", .key = "k2", .changed_at_ms = 5, .origin_tag = "t"});
    EXPECT_EQ(out.room(), 0U);
    out.checkpoint("c1");
  };
  EXPECT_EQ(pull(2), SYNCLINE_OK);
  EXPECT_EQ(host.events,
            (std::vector<std::string>{"log 2 hm", "emit 1  k1 7 {} 0 ", "emit 2 clients k2   5 t", "checkpoint c1"}));
}

TEST_F(SourceFace, ARefusedChangeIsNeverCovered) {
  make();
  host.takes = 1;
  script.pull = [](const auto&, syncline::ChangeSink& out, const auto&) {
    for (const char* key : {"k1", "k2", "k3"}) {
      try {
        out.emit({.key = key, .body = "{}"});
      } catch (const std::exception&) {
        ADD_FAILURE() << "Stopped must get past a handler for std::exception";
      }
      if (key == std::string_view("k2")) out.checkpoint("c2");
    }
  };
  EXPECT_EQ(pull(), SYNCLINE_CANCELLED);
  EXPECT_EQ(host.events, (std::vector<std::string>{"emit 1  k1  {} 0 "}));
}

TEST_F(SourceFace, ReportsItemsOfAnyStride) {
  make();
  struct Newer {  // an item of a later minor: longer than this plugin knows
    syncline_push_item item;
    std::int64_t more[3];
  };
  const Newer items[2] = {
      {{sizeof(Newer), SYNCLINE_UPSERT, str("clients"), str("k"), str("v"), str("{}"), str("i"), str("t")}, {}},
      {{sizeof(Newer), SYNCLINE_DELETE, str("orders"), {}, {}, str("{}"), str("j"), {}}, {}}};
  script.push = [](const syncline::PushBatch& batch) {
    ASSERT_EQ(batch.size(), 2U);
    for (const auto& item : batch) {
      if (item.op == syncline::kDelete) {
        EXPECT_EQ(item.entity, "orders");
        EXPECT_EQ(item.idempotency_key, "j");
        batch.report(item, syncline::throttled(2s, "later"));
      } else {
        EXPECT_EQ(item.key, "k");
        EXPECT_EQ(item.expected_version, "v");
        EXPECT_EQ(item.origin_tag, "t");
        batch.report(item, syncline::applied("k", "v2", R"({"a":1})"));
      }
    }
  };
  EXPECT_EQ(table.push(source, &host.call, &items[0].item, 2, sizeof(Newer), &host.results), SYNCLINE_OK);
  EXPECT_EQ(host.events, (std::vector<std::string>{R"(report 0 0 k v2 {"a":1}  0)", "report 1 2    later 2000"}));
}

TEST_F(SourceFace, ResultsHaveTheirStatus) {
  EXPECT_EQ(syncline::applied().status, syncline::kOk);
  EXPECT_EQ(syncline::retry("x", 1s).status, syncline::kRetry);
  EXPECT_EQ(syncline::retry("x", 1s).retry_after, 1s);
  EXPECT_EQ(syncline::throttled(1s).status, syncline::kThrottled);
  EXPECT_EQ(syncline::stale().status, syncline::kStale);
  EXPECT_EQ(syncline::rejected("x").status, syncline::kRejected);
  EXPECT_EQ(syncline::not_found().status, syncline::kNotFound);
}

TEST_F(SourceFace, AsksTheEchoHook) {
  make();
  const syncline_change change{
      sizeof(syncline_change), SYNCLINE_UPSERT, str("e"), str("k"), str("v"), str("{}"), 5, str("t")};
  const syncline_receipt last{sizeof(syncline_receipt), 0, str("v"), str("{}"), str("t"), 3};
  script.is_echo = [](const syncline::Change& c, const syncline::Receipt& l) {
    EXPECT_EQ(c.key, "k");
    EXPECT_EQ(l.pushed_at_ms, 3);
    return c.version == l.version ? syncline::Origin::kEcho : syncline::Origin::kForeign;
  };
  EXPECT_EQ(table.is_echo(source, &change, &last), SYNCLINE_ORIGIN_ECHO);
  script.is_echo = [](const auto&, const auto&) -> syncline::Origin { throw std::runtime_error("bug"); };
  EXPECT_EQ(table.is_echo(source, &change, &last), SYNCLINE_ORIGIN_UNKNOWN);
}

TEST_F(SourceFace, HasDefaults) {
  syncline_source* plain = nullptr;
  ASSERT_EQ(syncline::detail::create<Plain>(str("CRM"), str("{}"), &host.call, &plain), SYNCLINE_OK);
  const syncline_pull_request request{sizeof(syncline_pull_request), 0, str("clients"), {}, 1, 0};
  const syncline_change change{};
  const syncline_receipt last{};
  EXPECT_EQ(table.check(plain, &host.call), SYNCLINE_OK);
  EXPECT_EQ(table.pull(plain, &host.call, &request, &host.changes), SYNCLINE_UNSUPPORTED);
  EXPECT_EQ(table.is_echo(plain, &change, &last), SYNCLINE_ORIGIN_UNKNOWN);
  const auto* setup = static_cast<const syncline_setup*>(table.extension(str("setup/1")));
  ASSERT_NE(setup, nullptr);
  EXPECT_EQ(setup->plan(plain, &host.call, nullptr), SYNCLINE_UNSUPPORTED);
  EXPECT_EQ(host.message, "this source needs no set-up");
  EXPECT_EQ(table.extension(str("setup/2")), nullptr);
  table.destroy(plain);
}

}  // namespace
