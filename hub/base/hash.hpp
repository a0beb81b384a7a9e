#pragma once

#include <cstdint>
#include <string_view>

namespace hub::base {

/// FNV-1a with 64 bits: the same for the same bytes everywhere and for ever, and nothing to keep secrets by. `hash` is
/// that of what comes before the bytes.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

}  // namespace hub::base
