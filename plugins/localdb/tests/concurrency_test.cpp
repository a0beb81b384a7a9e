#include "plugins/localdb/tests/client_database.hpp"

#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace localdb::tests {
namespace {

TEST_F(ClientDatabase, TellsBothWritersApartWhileTheyWriteAtOnce) {
  constexpr int kWrites = 400;
  pull();
  std::string script = ".timeout 20000\n";
  for (int i = 1; i <= kWrites; ++i)
    script += "INSERT INTO client(number, name) VALUES('theirs-" + std::to_string(i) +
              "', 'a');\n"
              "UPDATE client SET name = 'b' WHERE number = 'theirs-" +
              std::to_string(i) + "';\n";
  std::atomic<bool> done{false};
  std::thread shell([&] {
    application.run(script);
    done = true;
  });

  std::set<std::string> ours;
  std::map<std::string, std::string> pulled;  // native id to the last name that was pulled
  const auto take = [&] {
    pull();
    for (const Change& change : changes) {
      EXPECT_FALSE(ours.contains(change.key)) << "our own write was captured: " << change.text();
      pulled[change.key] = change.body;
    }
  };
  std::size_t pushes = 0;
  for (bool last = false; !last;) {
    last = done;
    std::vector<Item> batch;
    for (int i = 0; i < 20; ++i) {
      const std::string name = "ours-" + std::to_string(++pushes);
      batch.push_back({SYNCLINE_UPSERT, "", "", R"({"number":")" + name + R"(","name":"x"})", name});
    }
    for (const Pushed& result : host.push("client", batch)) {
      EXPECT_EQ(result.status, SYNCLINE_OK) << result.message;
      ours.insert(result.key);
    }
    take();
  }
  shell.join();
  for (int page = 0; page < 5; ++page) take();
  EXPECT_EQ(pulled.size(), static_cast<std::size_t>(kWrites));
  for (const auto& [key, body] : pulled) EXPECT_NE(body.find(R"("name":"b")"), std::string::npos) << key << ' ' << body;
  EXPECT_EQ(application.run("SELECT count(*) FROM client;"),
            std::to_string(static_cast<std::size_t>(kWrites) + pushes));
}

TEST_F(ClientDatabase, PullsAndPushesBesideEachOther) {
  constexpr int kRounds = 200;
  std::thread pusher([&] {
    for (int i = 0; i < kRounds; ++i) {
      const std::string number = std::to_string(i);
      EXPECT_EQ(
          host.push("client", {{SYNCLINE_UPSERT, "", "", R"({"number":")" + number + "\"}", number}}).at(0).status,
          SYNCLINE_OK);
    }
  });
  for (int i = 0; i < kRounds; ++i) EXPECT_EQ(host.pull("client", i % 10 == 0 ? "" : cursor).status, SYNCLINE_OK);
  pusher.join();
  EXPECT_EQ(host.pull("client", "", 10'000, true).changes.size(), static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace localdb::tests
