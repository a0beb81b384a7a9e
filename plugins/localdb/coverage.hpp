#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace localdb {

/// Up to which captured change the hub surely has each table, as its pulls told: what comes after may be on its way.
/// Any thread.
class Coverage {
 public:
  /// Nothing: not known, or the table itself is being read.
  void set(const std::string& table, std::optional<std::int64_t> seq) {
    const std::lock_guard lock(mutex_);
    covered_[table] = seq;
  }
  /// Whether a pull has told anything yet: then others come and bring what is there.
  [[nodiscard]] bool is_pulled(const std::string& table) const {
    const std::lock_guard lock(mutex_);
    return covered_.contains(table);
  }
  [[nodiscard]] std::optional<std::int64_t> of(const std::string& table) const {
    const std::lock_guard lock(mutex_);
    const auto found = covered_.find(table);
    return found == covered_.end() ? std::nullopt : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::optional<std::int64_t>> covered_;  // guarded by mutex_
};

}  // namespace localdb
