#pragma once

#include "tests/bench/change_text.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Who is loaded: the hub with one flat change or NDJSON, or the bare hub with one change or a JSON array.
enum class Target : std::uint8_t { kHub, kFloor };

/// What every request of a run looks like.
struct RequestShape {
  Target target = Target::kHub;
  int changes = 1;  // in one part
  int parts = 1;    // more than one: a chunked body of so many parts, each renewed before it is sent
  std::uint64_t keys = 50'000;
  int conflicts = 0;  // percent of the changes that come with the version and another value of the change before them

  [[nodiscard]] std::uint64_t changes_per_request() const {
    return static_cast<std::uint64_t>(changes) * static_cast<std::uint64_t>(parts);
  }
};

/// Deals out what changes say: a random key below `keys`, a random number, a version above all earlier ones; or, in
/// `conflicts` of 100, the key and version of the change before.
class ValueSource {
 public:
  ValueSource(std::uint64_t keys, int conflicts)
      : keys_(keys), conflicts_(static_cast<std::uint64_t>(conflicts)), version_(first_version()) {}
  [[nodiscard]] ChangeValues next();

 private:
  std::mt19937_64 random_{42};
  std::uint64_t keys_;
  std::uint64_t conflicts_;
  std::uint64_t version_;
  std::uint64_t key_ = 0;  // of the change before
};

/// The text of one HTTP request, built once and renewed in place. It is sent as head, then `parts` times the part, then
/// the tail. The changes of a batch, and the single changes of successive `first_source`s, come from the four sources
/// in turn.
class LoadRequest {
 public:
  LoadRequest(const RequestShape& shape, std::size_t first_source);

  /// Gives every change of the part new values.
  void renew(ValueSource& values);
  [[nodiscard]] std::string_view head() const { return head_; }
  [[nodiscard]] std::string_view part() const { return part_; }
  [[nodiscard]] std::string_view tail() const { return tail_; }

 private:
  std::string head_;
  std::string part_;
  std::string tail_;
  std::vector<ChangeSlots> changes_;
};

}  // namespace bench
