#pragma once

#include "tests/chaos/load.hpp"
#include "tests/integration/hub_process.hpp"
#include "tests/support/temp_dir.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tests::chaos {

/// Two hubs with one store on PostgreSQL, each behind HTTP, and the load of six sources on them: three connectors
/// outside and three LocalDBs, whose plugins run in one of the two hubs each. Not thread-safe.
class HubPair {
 public:
  static constexpr std::size_t kHubs = 2;

  /// `store`: its URL; `ways`: by which URL each hub goes there. Starts the hubs and the load.
  HubPair(std::string store, const std::array<std::string, kHubs>& ways);
  explicit HubPair(const std::string& store) : HubPair(store, {store, store}) {}
  /// Shows what the hubs said when something failed.
  ~HubPair();
  HubPair(const HubPair&) = delete;
  HubPair& operator=(const HubPair&) = delete;

  [[nodiscard]] integration::HubProcess& hub(std::size_t index) { return *hubs_[index]; }
  [[nodiscard]] Load& load() { return load_; }

  /// Starts a hub that was killed, for the load too.
  void start(std::size_t index);
  /// kill -9; the load goes on with the other hub.
  void kill(std::size_t index);

  /// The LocalDBs whose plugins run in the hub now.
  [[nodiscard]] std::set<std::string> sources_of(std::size_t index);
  /// Waits until the hub has pulled all of these, which it did not have before; how long it took. Fails the test after
  /// a while.
  std::chrono::milliseconds takes_over(std::size_t index, const std::set<std::string>& sources);
  /// Waits until each LocalDB is pulled by one of the hubs.
  void expect_all_pulled();
  /// Waits until changes are answered again.
  void expect_answers();

  /// Ends the load and lets everything come to rest. Then a fresh change must reach every source, each acknowledged
  /// change must be in the journal once, each source must hold what is canonical, the books must balance, and the hubs
  /// must stop in good order. Once, at the end.
  void expect_nothing_lost();

 private:
  void use_hubs_that_run();
  [[nodiscard]] nlohmann::json sources(std::size_t index);
  [[nodiscard]] std::string lost_or_doubled();
  [[nodiscard]] std::string differing();

  const std::string store_;
  support::TempDir folder_;  // of the LocalDBs
  std::vector<std::filesystem::path> files_;
  std::array<std::unique_ptr<integration::HubProcess>, kHubs> hubs_;
  Load load_;
};

/// One line for people who read the output of the long form.
void tell(const std::string& line);
/// The same, of the shortest, the middle and the longest time; nothing when there is none.
void tell(const std::string& what, std::vector<std::chrono::milliseconds> times);

}  // namespace tests::chaos
