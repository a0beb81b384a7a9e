#pragma once

#include "tests/support/http_client.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace tests::chaos {

/// (source, changeId) of a change.
using ChangeName = std::pair<std::string, std::string>;

/// Everybody who uses a hub, or several with one store, at once: three connectors that post changes one by one and in
/// batches, fetch their deliveries and acknowledge them, and an application for each LocalDB that writes it by SQL. An
/// answer that did not come is treated as a real connector would: the same change is sent again with the same changeId,
/// to another hub if there is one, until it is answered. Hubs may die at any moment. start() and stop() are symmetric.
class Load {
 public:
  /// `local_files`: the SQLite files of the LocalDBs.
  Load(const std::vector<std::filesystem::path>& local_files, std::uint32_t seed);
  ~Load();

  void start();
  /// Waits until every thread is done with its step. Changes without an answer are kept for the next start.
  void stop();
  /// Where hubs listen from now on; none: nowhere.
  void use_ports(std::vector<std::uint16_t> ports);
  /// The hubs' store can be away: that they answer 503 then is no problem, and the change is sent again.
  void expect_outages() { outages_ = true; }

  /// Posts what was never answered until nothing of it is left; a hub must be up and the load stopped.
  void post_the_rest();

  /// The changes that were answered since the last call, and must be in the journal.
  [[nodiscard]] std::set<ChangeName> take_acknowledged();
  /// How many changes were answered so far.
  [[nodiscard]] int answered() const { return answered_; }
  /// How many of them were stored before already, when the first answer got lost.
  [[nodiscard]] int repeated() const { return repeated_; }
  /// The longest time since the last call in which no change was answered.
  [[nodiscard]] std::chrono::milliseconds longest_silence();
  /// Problems that were seen: answers that a hub must not give. Empty: none.
  [[nodiscard]] std::string problems() const;

 private:
  /// One connector: its own source, its own numbers.
  struct Connector {
    std::string source;
    std::mt19937 random;
    int next = 0;
    std::size_t hub = 0;  // the one that it uses, until that fails
    std::vector<nlohmann::json> unanswered;
  };
  struct Application {
    std::filesystem::path file;
    std::mt19937 random;
  };

  void connect(Connector& connector);
  [[nodiscard]] std::uint16_t port_for(const Connector& connector) const;
  /// False when something was refused for now.
  bool post(support::HttpClient& client, Connector& connector);
  void deliver(support::HttpClient& client, Connector& connector);
  void edit(Application& application) const;
  [[nodiscard]] static nlohmann::json draw(Connector& connector);
  [[nodiscard]] bool refused(int status) const;
  void acknowledged(const nlohmann::json& change, const nlohmann::json& answer, int status);
  void problem(const std::string& text);

  std::vector<Connector> connectors_;
  std::vector<Application> applications_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> outages_ = false;
  std::atomic<int> answered_ = 0;
  std::atomic<int> repeated_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::uint16_t> ports_;                   // guarded by mutex_
  std::set<ChangeName> acknowledged_;                  // guarded by mutex_
  std::string problems_;                               // guarded by mutex_
  std::chrono::steady_clock::time_point last_answer_;  // guarded by mutex_
  std::chrono::milliseconds silence_{0};               // guarded by mutex_
};

}  // namespace tests::chaos
