#include "tests/integration/hub_process.hpp"
#include "tests/support/eventually.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

namespace tests::integration {

namespace {

using nlohmann::json;

json change(int number, std::size_t size = 10) {
  const std::string id = std::to_string(number);
  return {{"source", "CRM"}, {"externalId", "C-" + id}, {"changeId", "x-" + id}, {"phone", std::string(size, 'x')}};
}

class Limits : public HubTest {};

TEST_F(Limits, ASecondHubOnTheSameDataNamesTheFirst) {
  hub.start();
  HubProcess second;
  second.use_data_of(hub);
  second.launch();
  EXPECT_EQ(second.process().wait(), 3);
  const std::string said = second.process().err();
  EXPECT_NE(said.find(std::to_string(hub.process().pid())), std::string::npos) << said;
  EXPECT_NE(said.find("127.0.0.1:" + std::to_string(hub.port())), std::string::npos) << said;
  EXPECT_EQ(hub.sync(change(1)).status, 200) << "the first must go on";
  hub.kill();
  second.start();  // what kill -9 left behind holds nobody up
  EXPECT_EQ(second.get("/api/records/client/C-1").status, 200);
  EXPECT_EQ(second.stop(), 0);
}

TEST_F(Limits, StoppingUnderLoadLosesNothing) {
  hub.start();
  std::mutex mutex;
  std::set<std::string> acknowledged;  // guarded by mutex
  std::atomic<int> next = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&, port = hub.port()] {
      support::HttpClient client(port, std::chrono::seconds{10});
      try {
        for (;;) {
          const json body = change(++next);
          const auto response = client.post("/api/sync", body.dump());
          if (response.status != 200) {
            EXPECT_EQ(response.status, 503) << response.body;
            return;
          }
          const std::lock_guard lock(mutex);
          acknowledged.insert(body.at("changeId"));
        }
      } catch (const std::runtime_error&) {  // it has stopped
      }
    });
  ASSERT_TRUE(support::eventually([&] { return next > 200; }));
  EXPECT_EQ(hub.stop(), 0) << hub.process().err();
  for (std::thread& client : clients) client.join();
  std::set<std::string> journal;
  for (const json& row : hub.rows("select change_id from source_records")) journal.insert(row.at("change_id"));
  for (const std::string& id : acknowledged) EXPECT_TRUE(journal.contains(id)) << id;
  EXPECT_GT(acknowledged.size(), 150U);
}

// A sanitizer keeps what was freed for a while, so that it finds who uses it afterwards.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long kMostGrowthKib = 512 * 1024;
#else
constexpr long kMostGrowthKib = 64 * 1024;
#endif

TEST_F(Limits, ABatchGoesThroughInBoundedMemory) {
  hub.start();
  const auto resident_kib = [&] {
    std::ifstream status("/proc/" + std::to_string(hub.process().pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0L;
  };
  const auto send = [&](int from, int count) {
    std::vector<json> changes;
    for (int i = 0; i < count; ++i) changes.push_back(change(from + i, 200));
    const auto answers = hub.batch(changes);
    ASSERT_EQ(answers.size(), changes.size());
    EXPECT_TRUE(std::all_of(answers.begin(), answers.end(), [](const json& a) { return a.at("status") == 200; }));
  };
  send(0, 5'000);
  const long before = resident_kib();
  send(5'000, 20'000);
  EXPECT_LT(resident_kib() - before, kMostGrowthKib) << "resident KiB, was " << before;
}

TEST(BadConfiguration, EndsWithEveryProblemAtItsPlaceBeforeAnythingStarts) {
  HubProcess hub(R"(hub: {name: test, lisen: "127.0.0.1:0"}
entities:
  client:
    fields:
      fullName: {type: strin}
sources:
  CRM: {priority: first, entities: {client: {}, car: {}}}
)");
  hub.launch();
  EXPECT_EQ(hub.process().wait(), 2);
  const std::string said = hub.process().err();
  for (const char* problem : {"hub.yaml:1:", "hub.yaml:5:", "hub.yaml:7:", "hub.listen", "string"})
    EXPECT_NE(said.find(problem), std::string::npos) << problem << "\n" << said;
  EXPECT_EQ(hub.process().out(), "");
  EXPECT_FALSE(std::filesystem::exists(hub.data()));
  EXPECT_EQ(hub.syncline({"check-config"}).exit_code, 2);
}

TEST(BadConfiguration, AMissingPluginIsNamed) {
  HubProcess hub(kWithLocalDb);
  hub.set("sources.LocalDB.plugin", "localbd");
  hub.launch();
  EXPECT_EQ(hub.process().wait(), 2);
  EXPECT_NE(hub.process().err().find("localbd"), std::string::npos) << hub.process().err();
}

}  // namespace

}  // namespace tests::integration
