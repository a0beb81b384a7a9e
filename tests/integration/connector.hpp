#pragma once

#include "tests/integration/hub_process.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace tests::integration {

/// What a source holds: (entity, external id) to fields, null where a field was cleared.
using State = std::map<std::pair<std::string, std::string>, nlohmann::json>;

/// A system outside the hub with its connector: it has records of its own, which people edit, and applies what the hub
/// delivers. It does all that a clumsy but honest connector does: it repeats a post whose answer was lost, applies and
/// acknowledges a delivery twice, never hears the answer to a lease, and posts back what the hub wrote.
class Connector {
 public:
  Connector(std::string source, std::uint32_t seed) : source_(std::move(source)), random_(seed) {}

  /// Somebody edits (or makes, or deletes) up to `edits` records; the changes are not sent yet.
  void edit(int edits);
  /// Sends what is to be sent, one answer for each; throws std::runtime_error when the hub went away, and then knows
  /// nothing of what the hub did. Gives the answers that no hub should give; empty: none.
  std::string send(HubProcess& hub);
  /// Fetches, applies and acknowledges deliveries; how many there were. Throws like send().
  std::size_t receive(HubProcess& hub);
  /// From now on nothing gets lost and nothing is posted back.
  void be_careful() { careful_ = true; }

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] int edits() const { return edits_; }

 private:
  [[nodiscard]] int draw(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  [[nodiscard]] bool clumsy(int one_in) { return !careful_ && draw(one_in - 1) == 0; }
  void edit_one();
  void apply(const nlohmann::json& delivery);
  void post_back(const nlohmann::json& delivery);
  [[nodiscard]] nlohmann::json change(const std::string& entity, const std::string& id, nlohmann::json fields);

  std::string source_;
  std::mt19937 random_;
  State state_;
  std::vector<nlohmann::json> unsent_;
  int edits_ = 0;
  int posted_back_ = 0;
  bool careful_ = false;
};

/// The clients and orders that a history is about. The clients below kReferenced are never deleted: orders name them.
inline constexpr int kClients = 240;
inline constexpr int kReferenced = 120;
inline constexpr int kOrders = 120;

}  // namespace tests::integration
