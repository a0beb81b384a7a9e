#include "tests/support/http_client.hpp"
#include "tests/support/hub_binary.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/app/fixture.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

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
    const std::string change =
        R"({"externalId":"C)" + std::to_string(signal) + R"(","source":"CRM","version":1,"fullName":"Ann"})";
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
  const auto said =
      tests::support::run(run_command(here, {"--set", "sources.CRM.plugin=crmm", "--set", "sources.ERP.plugin=erpp"}));
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_NE(said.err.find("sources.CRM.plugin: "), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("sources.ERP.plugin: "), std::string::npos) << said.err;
  EXPECT_FALSE(std::filesystem::exists(here.data()));
}

/// A connection whose request has begun and does not end: the server has asked for its body.
class OpenRequest {
 public:
  explicit OpenRequest(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    constexpr std::string_view kHead =
        "POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
        "Expect: 100-continue\r\n\r\n";
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::send(socket_, kHead.data(), kHead.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(kHead.size()))
      throw std::runtime_error("cannot send a request");
    char answer[64]{};
    const auto size = ::recv(socket_, answer, sizeof answer, 0);
    if (!std::string_view(answer, size > 0 ? static_cast<std::size_t>(size) : 0).starts_with("HTTP/1.1 100"))
      throw std::runtime_error("the server does not ask for the body");
  }
  ~OpenRequest() { ::close(socket_); }
  OpenRequest(const OpenRequest&) = delete;
  OpenRequest& operator=(const OpenRequest&) = delete;

 private:
  int socket_;
};

TEST(Run, EndsAtOnceOnASecondSignal) {
  const Installation here;
  Process hub(run_command(here));
  const OpenRequest holds_the_stop_up(hub.wait_for_port());
  hub.signal(SIGTERM);
  ASSERT_TRUE(hub.wait_for_output("a second signal ends at once"));
  EXPECT_EQ(hub.wait(std::chrono::milliseconds{200}), std::nullopt) << hub.err();
  hub.signal(SIGTERM);
  EXPECT_EQ(hub.wait(std::chrono::seconds{10}), 128 + SIGTERM);
}

}  // namespace
