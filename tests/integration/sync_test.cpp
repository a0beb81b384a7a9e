#include "tests/integration/hub_process.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>

namespace tests::integration {

namespace {

/// A hub on a disk whose syncs the test can hold up or let fail.
class Sync : public HubTest {
 protected:
  Sync() {
    hub.start({{"LD_PRELOAD", SYNC_SHIM},
               {"SYNC_SHIM_HOLD", (folder_ / "hold").string()},
               {"SYNC_SHIM_FAIL", (folder_ / "fail").string()},
               {"ASAN_OPTIONS", "verify_asan_link_order=0"}});
  }
  static nlohmann::json client(int number) {
    const std::string id = "C-" + std::to_string(number);
    return {{"source", "CRM"}, {"externalId", id}, {"version", 1}, {"fullName", "Name of " + id}};
  }

  support::TempDir folder_;
};

TEST_F(Sync, NoAnswerComesBeforeIt) {
  static_cast<void>(folder_.write("hold", ""));
  auto answer = std::async(std::launch::async, [&] { return hub.sync(client(1)); });
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout)
      << "answered before it was on the disk: " << answer.get().status;
  std::filesystem::remove(folder_ / "hold");
  EXPECT_EQ(answer.get().status, 200);
}

TEST_F(Sync, AfterAFailedOneNothingIsAcknowledgedAndTheHubEnds) {
  ASSERT_EQ(hub.sync(client(1)).status, 200);
  static_cast<void>(folder_.write("fail", ""));
  EXPECT_EQ(hub.sync(client(2)).status, 503);
  EXPECT_EQ(hub.process().wait(), 3) << "it must not go on with a handle whose sync has failed";
  EXPECT_NE(hub.process().err().find("a write of the store failed: stopping"), std::string::npos);
  hub.start();  // on a disk that works
  EXPECT_EQ(hub.record("client", "C-1").at("version"), 1);
  EXPECT_EQ(hub.sync(client(2)).status, 200);
}

}  // namespace

}  // namespace tests::integration
