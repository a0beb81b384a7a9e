#include "plugins/localdb/tests/client_database.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace localdb::tests {
namespace {

constexpr int kItems = 5;

std::vector<Item> items() {
  std::vector<Item> all;
  for (int i = 1; i <= kItems; ++i)
    all.push_back({SYNCLINE_UPSERT, "", "", R"({"name":"n)" + std::to_string(i) + "\"}", "k" + std::to_string(i)});
  return all;
}

/// Pushes in a process of its own that kills itself at the given hit of a place; gives whether it did.
bool push_and_die(const Application& application, int at_poll, int at_report) {
  const pid_t child = fork();
  if (child == 0) {
    Host host(settings_of(application));
    host.cancelled = [at_poll, polls = 0]() mutable {
      if (++polls == at_poll) kill(getpid(), SIGKILL);
      return false;
    };
    host.on_report = [at_report, reports = 0]() mutable {
      if (++reports == at_report) kill(getpid(), SIGKILL);
    };
    (void)host.push("client", items());
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

class Crash : public ClientDatabase {
 protected:
  /// What must hold whenever the hub was killed: no mark, the application is captured, and a repeat makes no second
  /// row.
  void expect_sound() {
    EXPECT_EQ(application.run("SELECT count(*) FROM syncline_inbound_mark;"), "0");
    pull();
    application.run("INSERT INTO client(number) VALUES('theirs');");
    EXPECT_EQ(pull().size(), 1U) << "the application is captured";
    application.run("DELETE FROM client WHERE number = 'theirs';");
    pull();
    pull();  // confirms
    for (const Pushed& result : host.push("client", items())) EXPECT_EQ(result.status, SYNCLINE_OK) << result.message;
    EXPECT_EQ(application.run("SELECT group_concat(name) FROM client;"), "n1,n2,n3,n4,n5");
    EXPECT_EQ(pull().size(), 0U) << "the hub's writes are not captured";
  }
};

TEST_F(Crash, InTheMiddleOfAPushLeavesNothing) {
  pull();
  for (int poll = 1; poll <= kItems; ++poll) {
    ASSERT_TRUE(push_and_die(application, poll, 0)) << poll;
    EXPECT_EQ(application.run("SELECT count(*) FROM client;"), "0") << "killed before item " << poll;
  }
  expect_sound();
}

TEST_F(Crash, BetweenTheCommitAndTheReceiptMakesNoSecondRow) {
  pull();
  for (int report = 1; report <= kItems; ++report) {
    ASSERT_TRUE(push_and_die(application, 0, report)) << report;
    EXPECT_EQ(application.run("SELECT count(*) FROM client;"), std::to_string(kItems)) << "killed at report " << report;
  }
  expect_sound();
}

}  // namespace
}  // namespace localdb::tests
