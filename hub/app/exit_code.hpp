#pragma once

#include <stdexcept>
#include <string>

namespace hub::app {

/// How a command ends, as a shell sees it.
enum class ExitCode : int {
  kOk = 0,
  kNo = 1,           // the answer is no: a difference in the audit, nothing of that name, a decision refused
  kUsage = 2,        // the command line or the configuration cannot be used
  kAway = 3,         // the store or the hub is away: a service manager may try again
  kWouldChange = 3,  // of a plan, which never ends with kAway: something would change
};

/// Ends a command. The text is for a person on standard error: what is wrong and the way out, one or more lines.
class CommandError : public std::runtime_error {
 public:
  CommandError(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace hub::app
