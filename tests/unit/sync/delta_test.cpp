// Sources that tell what has changed since the last look.

#include "hub/base/failpoint.hpp"
#include "hub/sync/puller.hpp"
#include "tests/unit/sync/fake_source.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

/// A system in memory that tells its changes in their order.
class FakeLog final : public BareSource {
 public:
  std::vector<hub::plugin::PulledChange> changes;

  void tell(const std::string& native_id, const char* body) {
    hub::plugin::PulledChange& change = changes.emplace_back();
    change.op = body == nullptr ? hub::model::Op::kDelete : hub::model::Op::kUpsert;
    change.native_id = native_id;
    change.body = body == nullptr ? "{}" : body;
  }
  [[nodiscard]] hub::plugin::Capabilities capabilities() const override {
    hub::plugin::Capabilities can;
    can.pull_delta = true;
    return can;
  }
  [[nodiscard]] hub::plugin::PullPage pull(const hub::plugin::PullRequest& request,
                                           const hub::plugin::Cancelled&) override {
    hub::plugin::PullPage page;
    std::size_t next = request.cursor.empty() ? 0 : std::stoul(request.cursor);
    while (next < changes.size() && static_cast<int>(page.changes.size()) < request.limit)
      page.changes.push_back(changes[next++]);
    page.cursor = std::to_string(next);
    return page;
  }
};

TEST(Delta, DeletesWhoseJudgingFailsAreJudgedInTheNextRound) {
  auto config = Pipeline::reference_config();
  config.sources[3].pull.limit = 2;
  config.sources[3].entities.pop_back();  // of clients alone
  config.sources[3].entities[0].key = "no";
  Pipeline hub(config, false);
  FakeLog log;
  hub::sync::Puller puller(hub.around, hub.config.sources[3], log, hub.committer);
  const auto pull = [&] { return puller.step([] { return false; }); };
  log.tell("1", R"({"no":"C-1","fullName":"Ann"})");
  static_cast<void>(pull());
  ASSERT_EQ(hub.record("client", "C-1")["http"], 200);

  log.tell("1", nullptr);
  log.tell("2", R"({"no":"C-2","fullName":"Bob"})");      // a full page: more deletes may come
  hub::base::Failpoints::arm("commit.resolved=error@2");  // after the page, its delete
  EXPECT_THROW(static_cast<void>(pull()), hub::base::FailpointError);
  hub::base::Failpoints::arm("");
  ASSERT_EQ(hub.record("client", "C-1")["http"], 200);
  static_cast<void>(pull());
  EXPECT_EQ(hub.record("client", "C-1")["http"], 410);
}

}  // namespace
}  // namespace tests
