#pragma once

#include "hub/app/exit_code.hpp"

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hub::app {

/// The command line of `syncline`. Once: parse(), then run(). One thread.
class CommandLine {
 public:
  /// `out` and `err` take what standard output and standard error get, and outlive it.
  CommandLine(std::ostream& out, std::ostream& err);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Reads the arguments (without the program's name). Nothing: run() may be called. Else all is said already: help
  /// was asked for, or the arguments cannot be used.
  [[nodiscard]] std::optional<ExitCode> parse(std::vector<std::string> arguments);
  /// Does what was asked. Errors end in `err` and in the exit code.
  [[nodiscard]] ExitCode run();

  /// The examples that the help texts show, whole command lines.
  [[nodiscard]] const std::vector<std::string>& examples() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// parse() and run().
[[nodiscard]] int run_command_line(std::vector<std::string> arguments, std::ostream& out, std::ostream& err);

}  // namespace hub::app
