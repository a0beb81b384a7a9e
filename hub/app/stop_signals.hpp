#pragma once

#include <signal.h>

#include <chrono>
#include <optional>

namespace hub::app {

/// SIGTERM and SIGINT as something to wait for. Make one before any other thread starts: it keeps them from this thread
/// and from all that it starts. SIGPIPE is ignored from then on: a peer that went away is an error code.
class StopSignals {
 public:
  StopSignals();

  /// The signal that came, or nothing after `patience`.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience) const;
  /// From now on one of them ends the process at once.
  void let_through() const;

 private:
  sigset_t signals_;
};

}  // namespace hub::app
