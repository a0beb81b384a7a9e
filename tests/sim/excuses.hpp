#pragma once

#include "tests/sim/world.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace tests::sim {

/// What people can see of why a source does not hold what is canonical.
class Excuses {
 public:
  explicit Excuses(World& world);

  /// Why `source` may differ on the record; empty: it may not.
  [[nodiscard]] std::string of(const std::string& source, const hub::model::RecordKey& key) const;
  /// Why a row of `source` may stand for no record.
  [[nodiscard]] std::string of_row(const std::string& source, const std::string& entity,
                                   const std::string& native_id) const;

 private:
  std::map<std::pair<std::string, hub::model::RecordKey>, std::string> records_;
  std::map<std::pair<std::string, std::pair<std::string, std::string>>, std::string> rows_;
};

}  // namespace tests::sim
