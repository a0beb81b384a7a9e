#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace hub::base {

/// Where the hub takes chance from (jitter, new ids), so that a test can repeat a run from its seed. Any thread.
class Rng {
 public:
  virtual ~Rng() = default;
  /// 64 evenly distributed bits.
  [[nodiscard]] virtual std::uint64_t next() = 0;
  /// A number in [0, bound); 0 when bound is 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
};

/// A Mersenne Twister: seeded by the machine's entropy, or by a given seed to repeat a run.
class SeededRng final : public Rng {
 public:
  SeededRng();
  explicit SeededRng(std::uint64_t seed);
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // guarded by mutex_
};

/// A ULID: 26 characters of Crockford base 32, 48 bits of `epoch_ms` and 80 of chance, so ids sort by time.
[[nodiscard]] std::string make_ulid(std::int64_t epoch_ms, Rng& rng);

}  // namespace hub::base
