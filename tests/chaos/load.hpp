#pragma once

#include "tests/integration/hub_process.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdint>
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

/// Everybody who uses a hub, at once: three connectors that post changes one by one and in batches, fetch their
/// deliveries and acknowledge them, and an application that writes LocalDB by SQL. An answer that did not come is
/// treated as a real connector would: the same change is sent again with the same changeId until it is answered. The
/// hub may die at any moment. start() and stop() are symmetric.
class Load {
 public:
  Load(const integration::HubProcess& hub, std::uint32_t seed);
  ~Load();

  void start();
  /// Waits until every thread is done with its step. Changes without an answer are kept for the next start.
  void stop();
  /// Where the hub listens from now on; 0: nowhere.
  void use_port(std::uint16_t port) { port_ = port; }

  /// Posts what was never answered until nothing of it is left; the hub must be up and the load stopped.
  void post_the_rest();

  /// The changes that were answered since the last call, and must be in the journal.
  [[nodiscard]] std::set<ChangeName> take_acknowledged();
  /// How many changes were answered so far.
  [[nodiscard]] int answered() const { return answered_; }
  /// Problems that were seen: answers that a hub must not give. Empty: none.
  [[nodiscard]] std::string problems() const;

 private:
  /// One connector: its own source, its own numbers.
  struct Connector {
    std::string source;
    std::mt19937 random;
    int next = 0;
    std::vector<nlohmann::json> unanswered;
  };

  void connect(Connector& connector);
  void post(support::HttpClient& client, Connector& connector);
  void deliver(support::HttpClient& client, Connector& connector);
  void edit_local_file();
  [[nodiscard]] static nlohmann::json draw(Connector& connector);
  void acknowledged(const nlohmann::json& change, const nlohmann::json& answer, int status);
  void problem(const std::string& text);

  const integration::HubProcess& hub_;
  std::vector<Connector> connectors_;
  std::mt19937 local_random_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint16_t> port_ = 0;
  std::atomic<int> answered_ = 0;
  mutable std::mutex mutex_;
  std::set<ChangeName> acknowledged_;  // guarded by mutex_
  std::string problems_;               // guarded by mutex_
};

}  // namespace tests::chaos
