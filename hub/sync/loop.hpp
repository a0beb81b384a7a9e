#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace hub::sync {

/// A worker thread that runs a step again and again. The step does a bounded piece of work and says how long nothing
/// more will be due; wake() cuts that time short. A step that throws is logged and tried again a second later.
class Loop {
 public:
  using Step = std::function<std::chrono::milliseconds()>;

  Loop(std::string name, Step step) : name_(std::move(name)), step_(std::move(step)) {}
  ~Loop() { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start();
  /// Waits for the step that runs. Idempotent.
  void stop();
  /// Any thread; also before start() and after stop().
  void wake();
  /// True from the moment that stop() was called: what a long step polls.
  [[nodiscard]] bool stopping() const;

 private:
  void run();

  const std::string name_;
  const Step step_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;     // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace hub::sync
