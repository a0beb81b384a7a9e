#pragma once

#include "hub/config/config.hpp"
#include "hub/plugin/source_client.hpp"

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace hub::sync {

/// What a source's rows of one entity are like, before anything is synchronised.
class Profile {
 public:
  Profile(const config::EntityMapping& mapping, const model::EntitySchema& schema);

  /// Distinct values are counted up to here; beyond it nobody needs to know.
  static constexpr std::size_t kMostDistinct = 100'000;

  struct Field {
    std::string name;    // the hub's
    std::string remote;  // the source's
    std::int64_t filled = 0;
    std::int64_t invalid = 0;                // filled with what the field cannot hold
    std::size_t longest = 0;                 // characters, after normalising
    std::unordered_set<std::size_t> values;  // their hashes
  };
  /// One step of match_on.
  struct Step {
    std::vector<std::string> fields;
    std::int64_t complete = 0;  // rows that have every value
    std::int64_t repeated = 0;  // rows whose values an earlier row had
    std::unordered_set<std::size_t> keys;
  };

  void add(const std::vector<plugin::PulledChange>& changes);

  [[nodiscard]] const std::string& entity() const { return mapping_.entity; }
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

 private:
  void add(const std::string& body);

  const config::EntityMapping& mapping_;
  const model::EntitySchema& schema_;
  std::int64_t rows_ = 0;
  std::vector<Field> fields_;
  std::vector<Step> steps_;
};

}  // namespace hub::sync
