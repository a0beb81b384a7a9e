#include "hub/base/rng.hpp"

namespace hub::base {

SeededRng::SeededRng() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  engine_.seed(seed);
}

SeededRng::SeededRng(std::uint64_t seed) : engine_(seed) {}

std::uint64_t SeededRng::next() {
  const std::lock_guard lock(mutex_);
  return engine_();
}

std::string make_ulid(std::int64_t epoch_ms, Rng& rng) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string ulid(26, '0');
  auto time = static_cast<std::uint64_t>(epoch_ms);
  for (std::size_t i = 10; i-- > 0; time >>= 5) ulid[i] = kAlphabet[time & 31];
  std::uint64_t bits = 0;
  for (std::size_t i = 10; i < 26; ++i) {
    if ((i - 10) % 8 == 0) bits = rng.next();
    ulid[i] = kAlphabet[bits & 31];
    bits >>= 5;
  }
  return ulid;
}

}  // namespace hub::base
