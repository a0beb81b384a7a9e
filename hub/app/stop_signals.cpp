#include "hub/app/stop_signals.hpp"

#include <ctime>

namespace hub::app {

StopSignals::StopSignals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

std::optional<int> StopSignals::wait(std::chrono::milliseconds patience) const {
  const timespec time{patience.count() / 1000, patience.count() % 1000 * 1'000'000};
  const int number = ::sigtimedwait(&signals_, nullptr, &time);
  return number > 0 ? std::optional(number) : std::nullopt;
}

void StopSignals::let_through() const { ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

}  // namespace hub::app
