#include "tests/support/process.hpp"

#include "tests/support/eventually.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <string>

namespace tests::support {

using std::chrono::milliseconds;

TEST(Process, RunGivesStatusAndBothOutputs) {
  const auto finished = run({"sh", "-c", "cat; echo $GREETING >&2; exit 3"}, {{"GREETING", "hello"}}, "input");
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(finished.out, "input");
  EXPECT_EQ(finished.err, "hello\n");
}

TEST(Process, CapturesMoreThanAPipeHolds) {
  const auto finished = run({"sh", "-c", "cat; head -c 1000000 /dev/zero >&2"}, {}, std::string(2'000'000, 'x'));
  EXPECT_EQ(finished.out.size(), 2'000'000U);
  EXPECT_EQ(finished.err.size(), 1'000'000U);
}

TEST(Process, SaysWhatCannotBeStarted) {
  try {
    Process process({"/no/such/program"});
    FAIL() << "started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("/no/such/program"), std::string::npos) << error.what();
  }
}

TEST(Process, WaitsForOutputOrTheEnd) {
  Process process({"sh", "-c", "echo ready; exec sleep 1000"});
  EXPECT_TRUE(process.wait_for_output("ready"));
  EXPECT_FALSE(process.wait_for_output("never", milliseconds{20}));
  EXPECT_TRUE(process.running());
  process.kill();
  EXPECT_FALSE(process.running());
  EXPECT_FALSE(process.wait_for_output("never"));
  EXPECT_EQ(process.wait(), 128 + SIGKILL);
}

TEST(Process, ReadsTheAnnouncedPort) {
  Process process({"sh", "-c", "echo 'info http: listening on http://127.0.0.1:41234' >&2; exec sleep 1000"});
  EXPECT_EQ(process.wait_for_port(), 41234);
}

TEST(Process, NoPortShowsTheOutput) {
  Process process({"sh", "-c", "echo address in use; exit 1"});
  try {
    EXPECT_EQ(process.wait_for_port(), 0);
    FAIL() << "no port was announced";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("address in use"), std::string::npos) << error.what();
  }
}

TEST(Process, SignalReachesTheChild) {
  Process process({"sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do :; done"});
  ASSERT_TRUE(process.wait_for_output("ready"));
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 7);
}

TEST(Process, EndsThoughAGrandchildHoldsItsOutput) {
  Process process({"sh", "-c", "sleep 60 & echo $!"});
  ASSERT_EQ(process.wait(), 0);
  ::kill(std::stoi(process.out()), SIGKILL);
}

TEST(Process, DestructorLeavesNoProcess) {
  pid_t pid = 0;
  {
    const Process process({"sleep", "60"});
    pid = process.pid();
    ASSERT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Eventually, EndsAsSoonAsTheConditionHoldsAndGivesUpAtTheTimeout) {
  int asked = 0;
  EXPECT_TRUE(eventually([&] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
  EXPECT_FALSE(eventually([] { return false; }, milliseconds{10}));
}

}  // namespace tests::support
