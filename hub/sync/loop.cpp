#include "hub/sync/loop.hpp"

#include "hub/base/log.hpp"

namespace hub::sync {

namespace {

constexpr std::chrono::milliseconds kAfterFailure{1000};

}  // namespace

void Loop::start() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void Loop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Loop::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool Loop::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Loop::run() {
  while (!stopping()) {
    std::chrono::milliseconds pause{0};
    try {
      pause = step_();
    } catch (const std::exception& e) {
      pause = kAfterFailure;  // not before: optimising, g++ 12 takes what the step returned last instead
      base::log(base::LogLevel::kError, name_,
                std::string("a step failed and is tried again in a second: ") + e.what());
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause, [this] { return woken_ || stopping_; });
    woken_ = false;
  }
}

}  // namespace hub::sync
