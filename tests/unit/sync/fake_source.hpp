#pragma once

#include "hub/sync/committer.hpp"
#include "hub/sync/deliveries.hpp"
#include "hub/sync/dispatcher.hpp"
#include "hub/sync/puller.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tests {

/// A system that is always there and knows no echoes. A write to it fails the test, unless a kind of it takes writes.
class BareSource : public hub::plugin::SourceClient {
 public:
  [[nodiscard]] hub::plugin::Status check(std::chrono::milliseconds, std::string&) override {
    return hub::plugin::Status::kOk;
  }
  [[nodiscard]] std::vector<hub::plugin::PushResult> push(const std::vector<hub::plugin::PushItem>&,
                                                          std::chrono::milliseconds,
                                                          const hub::plugin::Cancelled&) override {
    ADD_FAILURE() << "nobody writes to this source";
    return {};
  }
  [[nodiscard]] hub::plugin::Origin origin(const std::string&, const hub::plugin::PulledChange&,
                                           const hub::plugin::LastReceipt&) const override {
    return hub::plugin::Origin::kUnknown;
  }
};

/// A system in memory that gives snapshots of its rows, by id, and no deltas. Pages of an entity go by id.
class FakeSource : public BareSource {
 public:
  using Rows = std::map<std::string, nlohmann::json>;

  std::map<std::string, Rows> tables;     // by remote entity
  std::vector<nlohmann::json> pushed;     // bodies, in order
  std::set<std::string> broken;           // ids before which a pull fails
  std::function<void()> reading = [] {};  // runs after a page was read and before the hub has it
  int pulls = 0;

  [[nodiscard]] hub::plugin::Capabilities capabilities() const override {
    hub::plugin::Capabilities can;
    can.pull_snapshot = can.push = can.erase = true;
    return can;
  }
  [[nodiscard]] hub::plugin::PullPage pull(const hub::plugin::PullRequest& request,
                                           const hub::plugin::Cancelled&) override {
    EXPECT_TRUE(request.snapshot);
    ++pulls;
    hub::plugin::PullPage page;
    const Rows& rows = tables[request.remote];
    for (auto at = rows.upper_bound(request.cursor); at != rows.end(); ++at) {
      if (static_cast<int>(page.changes.size()) == request.limit) break;
      if (broken.contains(at->first)) {
        page.status = hub::plugin::Status::kRetry;
        page.message = "the line broke";
        break;
      }
      hub::plugin::PulledChange& change = page.changes.emplace_back();
      change.native_id = at->first;
      change.body = at->second.dump();
      page.cursor = at->first;
    }
    reading();
    return page;
  }
  [[nodiscard]] std::vector<hub::plugin::PushResult> push(const std::vector<hub::plugin::PushItem>& items,
                                                          std::chrono::milliseconds,
                                                          const hub::plugin::Cancelled&) override {
    std::vector<hub::plugin::PushResult> results;
    for (const auto& item : items) {
      auto& result = results.emplace_back();
      result.status = hub::plugin::Status::kOk;
      result.native_id = item.native_id.empty() ? "made-" + std::to_string(++made_) : item.native_id;
      pushed.push_back(nlohmann::json::parse(item.body));
      Rows& rows = tables[item.remote];
      if (item.op == hub::model::Op::kDelete)
        rows.erase(result.native_id);
      else
        rows[result.native_id].update(pushed.back());
    }
    return results;
  }

 private:
  int made_ = 0;
};

/// LocalDB as a FakeSource, with its two workers called by hand.
struct Connected {
  explicit Connected(Pipeline& hub)
      : puller(hub.around, hub.config.sources[3], source, hub.committer),
        dispatcher(hub.around, hub.config.sources[3], source, hub.deliveries, "test",
                   {[] {}, [this] { return puller.rounds(); }}),
        clock(hub.clock) {}

  /// One round, some time after the last one.
  void pull() {
    clock.advance(std::chrono::seconds(1));
    static_cast<void>(puller.step([] { return false; }));
  }
  /// Everything that is due.
  void push() {
    clock.advance(std::chrono::seconds(1));
    while (dispatcher.step([] { return false; }) == std::chrono::milliseconds{0}) continue;
  }

  FakeSource source;
  hub::sync::Puller puller;
  hub::sync::Dispatcher dispatcher;
  support::FakeClock& clock;
};

}  // namespace tests
