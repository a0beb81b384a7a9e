#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests::support {

/// Variables set for a child on top of this process's own environment.
using Environment = std::map<std::string, std::string>;

/// A running child process whose output is captured. The destructor kills it (SIGKILL) if it still runs and always
/// reaps it; the kernel kills it should the test itself die. Members may be called from any thread.
class Process {
 public:
  /// Starts `command` (a path or a name looked up in PATH, then its arguments) with `input` as its standard input.
  /// Throws std::runtime_error when it cannot be started.
  explicit Process(std::vector<std::string> command, const Environment& environment = {}, std::string input = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const;
  [[nodiscard]] bool running() const;

  /// Sends a signal; nothing happens when the process has ended.
  void signal(int number) const;
  /// kill -9, then waits until it is gone. A repeat does nothing.
  void kill();
  /// Waits for the end and gives the exit status as a shell shows it (128 + n for signal n), or nullopt after
  /// `timeout`.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds timeout = std::chrono::seconds{60});

  /// What it has written so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  /// Waits until standard output or standard error holds `text`; false after `timeout`, or when the process ended
  /// without having written it.
  [[nodiscard]] bool wait_for_output(std::string_view text,
                                     std::chrono::milliseconds timeout = std::chrono::seconds{60}) const;
  /// The port of the first "listening on …:<port>" that it writes. Throws std::runtime_error with all output when
  /// there is none within `timeout` or the process ends before.
  [[nodiscard]] std::uint16_t wait_for_port(std::chrono::milliseconds timeout = std::chrono::seconds{60}) const;

 private:
  class Child;
  std::unique_ptr<Child> child_;
};

/// How a command ended and what it wrote.
struct Finished {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Runs a command to its end. Throws std::runtime_error when it does not end within `timeout`.
[[nodiscard]] Finished run(std::vector<std::string> command, const Environment& environment = {},
                           std::string input = {}, std::chrono::milliseconds timeout = std::chrono::seconds{60});

}  // namespace tests::support
