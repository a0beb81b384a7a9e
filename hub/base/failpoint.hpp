#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hub::base {

/// Thrown where a failpoint is armed with "error".
class FailpointError : public std::runtime_error {
 public:
  explicit FailpointError(const std::string& name) : std::runtime_error("failpoint " + name) {}
};

/// Thrown where a failpoint is armed with "crash": the end of a process that is played inside one. It is no
/// std::exception, so nothing on its way mistakes it for a failure that the hub could handle.
struct Crash {
  std::string at;
};

/// Named places in the code where a test can make things go wrong. Compiled in only with HUB_FAILPOINTS
/// (never in a release). A specification is `name=action[@hit][;…]`: action one of `kill` (SIGKILL to this process),
/// `crash` (throws Crash), `error` (throws FailpointError), `delay:<ms>`; `hit` counts from 1, default every hit. The
/// environment variable SYNCLINE_FAILPOINTS is read once, at the first hit.
class Failpoints {
 public:
  /// Arms what `spec` says and disarms all else; throws std::invalid_argument for a bad specification or unknown name.
  static void arm(std::string_view spec);
  /// Runs the action armed for `name`, if any. Any thread.
  static void hit(std::string_view name);
  /// Every name that the code can hit, in the order of the path of a change.
  [[nodiscard]] static const std::vector<std::string_view>& names();
};

}  // namespace hub::base

#ifdef HUB_FAILPOINTS
#define HUB_FAILPOINT(name) ::hub::base::Failpoints::hit(name)
#else
#define HUB_FAILPOINT(name) static_cast<void>(0)
#endif
