// What a hub makes of a plugin that answers garbage: a classified failure, never a crash (PROMISES P10).
#include "hub/plugin/library.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace hub::plugin {
namespace {

std::unique_ptr<SourceClient> client(const std::string& what, const std::string& plugin = "garbage") {
  const PluginLibrary library = PluginLibrary::open(TEST_PLUGINS, plugin).value();
  return library.create("CRM", R"({"do": ")" + what + R"("})").value();
}

PullRequest request(int limit = 100) {
  PullRequest r;
  r.remote = "clients";
  r.limit = limit;
  return r;
}

PushItem item(const std::string& native_id = "n0") {
  PushItem i;
  i.remote = "clients";
  i.native_id = native_id;
  i.expected_etag = "e0";
  i.body = "{}";
  i.idempotency_key = "key";
  return i;
}

TEST(PluginClientPull, CopiesWhatIsEmitted) {
  const auto page = client("well")->pull(request(), {});
  EXPECT_EQ(page.status, Status::kOk) << page.message;
  EXPECT_EQ(page.cursor, "c2");
  ASSERT_EQ(page.changes.size(), 2U);
  const PulledChange& change = page.changes.front();
  EXPECT_EQ(change.op, model::Op::kUpsert);
  EXPECT_EQ(change.native_id, "k1");
  EXPECT_EQ(change.etag, "v1");
  EXPECT_EQ(change.body, R"({"a": 1})");
  EXPECT_EQ(change.changed_at_ms, 5);
  EXPECT_EQ(change.origin_tag, "t");
}

TEST(PluginClientPull, GivesABareDeleteAnEmptyBody) {
  const auto page = client("bare delete")->pull(request(), {});
  EXPECT_EQ(page.status, Status::kOk) << page.message;
  ASSERT_EQ(page.changes.size(), 2U);
  EXPECT_EQ(page.changes[1].op, model::Op::kDelete);
  EXPECT_EQ(page.changes[1].body, "{}");
  EXPECT_EQ(page.changes[1].changed_at_ms, std::nullopt);
}

struct Broken {
  const char* what;
  Status status;
  const char* says;
};

constexpr Broken kBrokenPulls[] = {
    {"small change", Status::kInternal, "change 2 of the page is smaller than the ABI says"},
    {"emits null", Status::kInternal, "change 3 of the page is smaller than the ABI says"},
    {"unknown op", Status::kInternal, "unknown op 9"},
    {"no key", Status::kInternal, "has no key"},
    {"null key", Status::kInternal, "has no key"},
    {"bad key", Status::kInternal, "has no key"},
    {"other entity", Status::kInternal, "is of another entity than 'clients'"},
    {"broken body", Status::kInternal, "change 2 of the page has a body that is not valid JSON"},
    {"array body", Status::kInternal, "is no JSON object"},
    {"null body", Status::kInternal, "has a body of more than 1 MiB"},
    {"nan body", Status::kInternal, "is not valid JSON"},
    {"repeated field", Status::kInternal, "/a is given twice"},
    {"huge body", Status::kInternal, "has a body of more than 1 MiB"},
    {"too many", Status::kInternal, "emitted more than the 100 changes that it was asked for"},
    {"empty cursor", Status::kInternal, "gave a cursor that is not 1 to 65536 bytes"},
    {"bad cursor", Status::kInternal, "gave a cursor that is not 1 to 65536 bytes"},
    {"unknown status", Status::kInternal, "the plugin answered the unknown status 4711"},
    {"throws", Status::kInternal, "the plugin let an exception escape: lost"},
    {"throttled", Status::kThrottled, "slow down"},
    {"waits for ever", Status::kRetry, "busy"},
};

TEST(PluginClientPull, ClassifiesFailuresAndKeepsWhatCameBefore) {
  for (const Broken& broken : kBrokenPulls) {
    const auto page = client(broken.what)->pull(request(), {});
    EXPECT_EQ(page.status, broken.status) << broken.what;
    EXPECT_NE(page.message.find(broken.says), std::string::npos) << broken.what << ": " << page.message;
    EXPECT_EQ(page.cursor, "c1") << broken.what;
    ASSERT_FALSE(page.changes.empty()) << broken.what;
    EXPECT_LE(page.changes.size(), 100U) << broken.what;
    EXPECT_EQ(page.changes.front().native_id, "k1") << broken.what;
  }
}

TEST(PluginClientPull, PassesOnRetryAfterWithinADay) {
  EXPECT_EQ(client("throttled")->pull(request(), {}).retry_after, std::chrono::milliseconds{1500});
  EXPECT_EQ(client("waits for ever")->pull(request(), {}).retry_after, std::chrono::hours{24});
}

TEST(PluginClientPull, EndsAPageThatIsFull) {
  const auto page = client("huge page")->pull(request(100'000), {});
  EXPECT_EQ(page.status, Status::kOk) << page.message;
  EXPECT_EQ(page.cursor, "c1");
  EXPECT_LT(page.changes.size(), 80U);
  EXPECT_GT(page.changes.size(), 50U);
}

TEST(PluginClientPull, IsCutShortByItsBudgetOrTheHub) {
  PullRequest r = request();
  r.budget = std::chrono::milliseconds{1};
  const auto late = client("never ends")->pull(r, {});
  EXPECT_EQ(late.status, Status::kRetry);
  EXPECT_EQ(late.message, "did not finish within 1 ms");
  EXPECT_EQ(late.cursor, "c1");
  EXPECT_EQ(client("never ends")->pull(request(), [] { return true; }).status, Status::kCancelled);
}

TEST(PluginClientPull, AsksForNothingThatIsNotClaimed) {
  PullRequest r = request();
  r.snapshot = true;
  EXPECT_EQ(client("well")->pull(r, {}).status, Status::kUnsupported);
}

TEST(PluginClientPush, GivesOneResultForEachItemInOrder) {
  const auto source = client("well");
  const auto results = source->push({item("n0"), item("n2")}, std::chrono::seconds{1}, {});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].status, Status::kOk);
  EXPECT_EQ(results[0].native_id, "n1");
  EXPECT_EQ(results[0].etag, "e1");
  EXPECT_EQ(results[0].body, R"({"a": 1})");
  EXPECT_EQ(results[1].status, Status::kRetry);
  EXPECT_EQ(results[1].message, "the plugin did not report this item");
  EXPECT_EQ(results[1].native_id, "n2");
  EXPECT_TRUE(source->push({}, std::chrono::seconds{1}, {}).empty());
}

constexpr Broken kBrokenPushes[] = {
    {"unknown status", Status::kInternal, "the plugin reported the unknown status -3"},
    {"broken body", Status::kInternal, "the plugin reported a body that is not valid JSON"},
    {"null body", Status::kInternal, "the plugin reported a body of more than 1 MiB"},
    {"bad key", Status::kInternal, "the plugin reported a key or a version"},
    {"small result", Status::kRetry, "did not report this item"},
    {"null result", Status::kRetry, "did not report this item"},
    {"out of range", Status::kOk, ""},
    {"twice", Status::kOk, ""},
    {"throws", Status::kOk, ""},
    {"nothing", Status::kRetry, "did not report this item"},
    {"unauthenticated", Status::kUnauthenticated, "token expired"},
    {"rejects the call", Status::kRetry, "the plugin answered status 3"},
};

TEST(PluginClientPush, ClassifiesFailures) {
  for (const Broken& broken : kBrokenPushes) {
    const auto results = client(broken.what)->push({item()}, std::chrono::seconds{1}, {});
    ASSERT_EQ(results.size(), 1U) << broken.what;
    EXPECT_EQ(results[0].status, broken.status) << broken.what;
    EXPECT_NE(results[0].message.find(broken.says), std::string::npos) << broken.what << ": " << results[0].message;
  }
}

TEST(PluginClientPush, AnItemWithoutReportSharesTheFateOfACallThatThrew) {
  const auto results = client("throws")->push({item(), item()}, std::chrono::seconds{1}, {});
  EXPECT_EQ(results[1].status, Status::kRetry);
  EXPECT_EQ(results[1].message, "the plugin let an exception escape: lost");
}

TEST(PluginClientPush, AnEmptyKeyMeansTheItemsOwnAndAnEmptyBodyWhatWasSent) {
  const auto results = client("no body")->push({item("n7")}, std::chrono::seconds{1}, {});
  EXPECT_EQ(results[0].native_id, "n7");
  EXPECT_EQ(results[0].body, std::nullopt);
}

TEST(PluginClientPush, AsksForNothingThatIsNotClaimed) {
  PushItem erase = item();
  erase.op = model::Op::kDelete;
  const auto results = client("echoes item")->push({erase, item()}, std::chrono::seconds{1}, {});
  EXPECT_EQ(results[0].status, Status::kUnsupported);
  EXPECT_EQ(results[1].status, Status::kOk);
  EXPECT_EQ(results[1].message, "") << "expected_etag must not reach a plugin that cannot check it";
  EXPECT_EQ(results[1].etag, "syncline:CRM") << "the origin tag names the source";
}

struct OriginCase {
  const char* what;
  const char* etag;
  const char* tag;
  const char* body;
  Origin origin;
};

constexpr OriginCase kOrigins[] = {
    {"hook compares", "e1", "", R"({"a": 2})", Origin::kEcho},
    {"hook compares", "e2", "", R"({"a": 1})", Origin::kUnknown},
    {"hook foreign", "e1", "syncline:CRM", R"({"a": 1})", Origin::kForeign},
    {"hook throws", "e1", "", R"({"a": 1})", Origin::kUnknown},
    {"hook garbage", "e1", "", R"({"a": 1})", Origin::kUnknown},
    {"hook garbage", "e2", "syncline:CRM", R"({"a": 1, "c": 3})", Origin::kEcho},
    {"well", "e2", "syncline:CRM", R"({"a": 2})", Origin::kUnknown},  // our tag, a person's value
    {"well", "e2", "syncline:ERP", R"({"a": 1})", Origin::kUnknown},
};

TEST(PluginClientOrigin, AsksTheHookThenTheTag) {
  for (const OriginCase& c : kOrigins) {
    PulledChange change;
    change.native_id = "n1";
    change.etag = c.etag;
    change.origin_tag = c.tag;
    change.body = c.body;
    EXPECT_EQ(client(c.what)->origin("clients", change, {"e1", R"({"a": 1, "b": 2})", 1}), c.origin)
        << c.what << " " << c.etag << " " << c.tag << " " << c.body;
  }
}

TEST(PluginClientLanes, AllowAPullBesideAPush) {
  const auto source = client("never ends");
  std::atomic<bool> running = false, stop = false;
  std::thread pull{[&] {
    (void)source->pull(request(), [&] {
      running = true;
      return stop.load();
    });
  }};
  while (!running) std::this_thread::yield();
  EXPECT_EQ(source->push({item()}, std::chrono::seconds{1}, {}).at(0).message, "beside a pull");
  stop = true;
  pull.join();
}

TEST(PluginClientLanes, KeepCallsApartForAPluginThatTakesOneAtATime) {
  const auto source = client("never ends", "garbage_serial");
  std::atomic<bool> running = false, pushing = false;
  std::thread pull{[&] {
    int polls = 0;  // since the push began to wait
    (void)source->pull(request(), [&] {
      running = true;
      return pushing && ++polls > 100'000;
    });
  }};
  while (!running) std::this_thread::yield();
  pushing = true;
  EXPECT_EQ(source->push({item()}, std::chrono::seconds{1}, {}).at(0).message, "");
  pull.join();
}

TEST(PluginClientCheck, ClassifiesFailures) {
  std::string why;
  EXPECT_EQ(client("well")->check(std::chrono::seconds{1}, why), Status::kOk);
  EXPECT_EQ(client("check throws")->check(std::chrono::seconds{1}, why), Status::kInternal);
  EXPECT_EQ(why, "the plugin let an exception escape");
  EXPECT_EQ(client("check fails silently")->check(std::chrono::seconds{1}, why), Status::kRetry);
  EXPECT_EQ(why, "the plugin answered status 1 and no reason");
}

}  // namespace
}  // namespace hub::plugin
