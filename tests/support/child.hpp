#pragma once

#include "tests/support/process.hpp"

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tests::support {

/// What a Process owns. One thread per child starts it, drains its output and reaps it: the thread's life is the
/// child's, which is what PR_SET_PDEATHSIG asks for (it follows the thread that forked, not the process).
class Process::Child {
 public:
  struct Output {
    std::string out;
    std::string err;
  };

  Child(std::vector<std::string> command, const Environment& environment, std::string input);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number);
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds timeout);
  [[nodiscard]] Output output();
  /// Waits until `wanted` holds, the child has ended or the time is over; gives what `wanted` says then.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds timeout, const std::function<bool(const Output&)>& wanted);

 private:
  void live(std::promise<void>& started);
  void drain_until_end(int self, int out, int err);
  bool drain(int from, std::string& into);

  std::vector<std::string> command_;
  std::vector<std::string> environment_;
  std::string input_;
  pid_t pid_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  Output output_;              // guarded by mutex_
  std::optional<int> status_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tests::support
