#pragma once

#include "hub/model/record.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace tests {

/// Makes a random history and keeps every state that the records really had. Fails by RC_ASSERT: for properties.
class Witness {
 public:
  /// `slow`: days pass now and then.
  explicit Witness(unsigned seed, bool slow = false);

  void live(int steps);
  /// Tells every state again from what is kept of the journal, and compares.
  void compare();

 private:
  static hub::config::Config config(unsigned seed);
  static std::vector<hub::model::RecordKey> keys();
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  nlohmann::json value();
  void step();
  void by_hand();
  void look();
  void compare(hub::store::Session& session, const hub::model::Record& record);
  void compare_history(hub::store::Session& session, const hub::model::RecordKey& key);

  std::mt19937 random_;
  const bool slow_;
  std::map<std::string, hub::model::Record> seen_;  // by the journal row that was the record's newest then
  std::map<hub::model::RecordKey, std::set<std::string>> heads_;

 public:
  Pipeline hub;
};

}  // namespace tests
