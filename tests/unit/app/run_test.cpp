#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/hub_binary.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/app/fixture.hpp"

namespace {

using tests::app::Installation;
using tests::support::Process;

std::vector<std::string> run_command(const Installation& here, std::vector<std::string> more = {}) {
  std::vector<std::string> command{tests::support::syncline_binary().string(), "run", "--config", here.config_file()};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

TEST(Run, ServesUntilItIsTold) {
  const Installation here;
  for (const int signal : {SIGTERM, SIGINT}) {
    Process hub(run_command(here));
    const auto port = hub.wait_for_port();
    EXPECT_NE(hub.out().find("listening on http://127.0.0.1:" + std::to_string(port) + "\n"), std::string::npos);
    const std::string change = R"({"externalId":"C)" + std::to_string(signal) + R"(","source":"CRM","version":1,"fullName":"Ann"})";
    EXPECT_EQ(tests::support::http(port, "POST", "/api/sync", change).status, 200);
    const auto status = here.syncline({"status"});
    EXPECT_EQ(status.code, 0) << status.err;
    EXPECT_NE(status.out.find("test, running"), std::string::npos) << status.out;
    hub.signal(signal);
    EXPECT_EQ(hub.wait(), 0) << hub.err();
    EXPECT_NE(hub.err().find(" info [hub] stopped"), std::string::npos) << hub.err();
  }
  EXPECT_EQ(here.syncline({"audit"}).code, 0);
  EXPECT_NE(here.syncline({"status"}).out.find("acknowledged 2"), std::string::npos);
}

TEST(Run, RefusesAStoreThatAnotherHubHolds) {
  const Installation here;
  Process first(run_command(here));
  const auto port = first.wait_for_port();
  const auto second = tests::support::run(run_command(here));
  EXPECT_EQ(second.exit_code, 3);
  EXPECT_NE(second.err.find("process " + std::to_string(first.pid()) + " at http://127.0.0.1:" + std::to_string(port)),
            std::string::npos)
      << second.err;
  EXPECT_EQ(second.out, "");
}

TEST(Run, RefusesAnAddressThatIsTaken) {
  const Installation here;
  const Installation other;
  Process first(run_command(here));
  const std::string listen = "hub.listen=127.0.0.1:" + std::to_string(first.wait_for_port());
  const auto second = tests::support::run(run_command(other, {"--set", listen}));
  EXPECT_EQ(second.exit_code, 3);
  EXPECT_NE(second.err.find("cannot listen on 127.0.0.1:"), std::string::npos) << second.err;
}

TEST(Run, NamesEveryPluginProblemBeforeAnythingStarts) {
  const Installation here;
  const auto said = tests::support::run(
      run_command(here, {"--set", "sources.CRM.plugin=crmm", "--set", "sources.ERP.plugin=erpp"}));
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_NE(said.err.find("sources.CRM.plugin: "), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("sources.ERP.plugin: "), std::string::npos) << said.err;
  EXPECT_FALSE(std::filesystem::exists(here.data()));
}

TEST(Run, EndsAtOnceOnASecondSignal) {
  const Installation here;
  Process hub(run_command(here));
  // A request whose body never comes holds the graceful stop up.
  tests::support::HttpClient client(hub.wait_for_port());
  client.send_raw("POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
                  "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 100);
  hub.signal(SIGTERM);
  ASSERT_TRUE(hub.wait_for_output("a second signal ends at once"));
  EXPECT_TRUE(hub.running());
  hub.signal(SIGTERM);
  EXPECT_EQ(hub.wait(std::chrono::seconds{10}), 128 + SIGTERM);
}

}  // namespace
