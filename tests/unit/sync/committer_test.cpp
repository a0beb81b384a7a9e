#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::sync::Result;

std::vector<hub::sync::Submission> change(const hub::config::Config& config, const std::string& id) {
  const nlohmann::json body{{"source", "CRM"}, {"externalId", id}, {"version", 1}, {"fullName", "N"}};
  return {std::get<hub::sync::Submission>(hub::sync::Intake(config).read(body.dump(), 0))};
}

TEST(Committer, BeforeItStartsItCommitsOnTheCallingThread) {
  Pipeline hub;
  std::vector<Result> results;
  EXPECT_TRUE(hub.committer.submit(change(hub.config, "C"), [&](std::vector<Result>&& all) { results = all; }));
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(std::get<hub::sync::Answer>(results[0]).key.external_id, "C");
  EXPECT_EQ(hub.record("client", "C")["http"], 200);
  EXPECT_EQ(hub.woken.size(), 3U);
}

TEST(Committer, AfterItsEndItTakesNothing) {
  Pipeline hub;
  hub.committer.start();
  hub.committer.stop();
  EXPECT_FALSE(hub.committer.submit(change(hub.config, "C"), [](std::vector<Result>&&) { FAIL(); }));
  EXPECT_EQ(hub.record("client", "C")["http"], 404);
}

}  // namespace
}  // namespace tests
