#pragma once

#include "hub/store/location.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hub::store {

/// Hears what other hubs on a PostgreSQL store say by call_hubs(). One thread.
class Listener {
 public:
  /// Connects. Throws StoreError.
  explicit Listener(const Location& location);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Waits until something is said, at most this long. Throws StoreError when the connection is lost: what was said
  /// meanwhile is not heard.
  [[nodiscard]] std::vector<std::string> wait(std::chrono::milliseconds patience);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hub::store
