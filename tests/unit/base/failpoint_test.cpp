#include "hub/base/failpoint.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

namespace hub::base {

namespace {

class FailpointTest : public ::testing::Test {
 protected:
  ~FailpointTest() override { Failpoints::arm(""); }
};

TEST_F(FailpointTest, DoesNothingUnlessArmed) {
  Failpoints::arm("");
  for (const auto name : Failpoints::names()) EXPECT_NO_THROW(Failpoints::hit(name)) << name;
}

TEST_F(FailpointTest, FailsAtEveryHit) {
  Failpoints::arm("commit.before=error");
  for (int i = 0; i < 3; ++i) EXPECT_THROW(Failpoints::hit("commit.before"), FailpointError) << i;
  EXPECT_NO_THROW(Failpoints::hit("commit.after"));
}

TEST_F(FailpointTest, FailsAtTheHitThatItCountsTo) {
  Failpoints::arm("commit.before=error@3");
  std::string pattern;
  for (int i = 0; i < 5; ++i) {
    try {
      Failpoints::hit("commit.before");
      pattern += '.';
    } catch (const FailpointError&) {
      pattern += '!';
    }
  }
  EXPECT_EQ(pattern, "..!..");
}

TEST_F(FailpointTest, ArmsSeveralAndDisarmsTheRest) {
  Failpoints::arm("commit.before=error");
  Failpoints::arm("push.before=error@1;;push.after=delay:20");
  EXPECT_NO_THROW(Failpoints::hit("commit.before"));
  EXPECT_THROW(Failpoints::hit("push.before"), FailpointError);
  const auto start = std::chrono::steady_clock::now();
  Failpoints::hit("push.after");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{20});
}

TEST_F(FailpointTest, NamesItselfInTheError) {
  Failpoints::arm("pull.before=error");
  try {
    Failpoints::hit("pull.before");
    FAIL() << "it did not throw";
  } catch (const FailpointError& error) {
    EXPECT_STREQ(error.what(), "failpoint pull.before");
  }
}

TEST_F(FailpointTest, ACrashIsNoException) {
  Failpoints::arm("pull.before=crash");
  try {
    Failpoints::hit("pull.before");
    FAIL() << "it did not throw";
  } catch (const std::exception&) {
    FAIL() << "somebody could take it for a failure";
  } catch (const Crash& crash) {
    EXPECT_EQ(crash.at, "pull.before");
  }
}

TEST_F(FailpointTest, KillsTheProcess) {
  EXPECT_EXIT(
      {
        Failpoints::arm("commit.before=kill");
        Failpoints::hit("commit.before");
      },
      ::testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FailpointTest, RefusesWhatItCannotDoAndKeepsWhatWasArmed) {
  Failpoints::arm("commit.before=error");
  for (const char* spec : {"commit.before", "nowhere=kill", "commit.before=explode", "commit.before=delay:",
                           "commit.before=delay:x", "commit.before=delay:-1", "commit.before=error@",
                           "commit.before=error@x", "commit.before=error@1x", "=kill", "push.after=delay:1;bad"})
    EXPECT_THROW(Failpoints::arm(spec), std::invalid_argument) << spec;
  EXPECT_THROW(Failpoints::hit("commit.before"), FailpointError);
}

TEST_F(FailpointTest, HasNoNameTwice) {
  const auto& names = Failpoints::names();
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
}

}  // namespace

}  // namespace hub::base
