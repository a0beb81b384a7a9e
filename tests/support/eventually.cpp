#include "tests/support/eventually.hpp"

#include <thread>

namespace tests::support {

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace tests::support
