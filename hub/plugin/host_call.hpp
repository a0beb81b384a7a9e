#pragma once

#include "hub/plugin/source_client.hpp"
#include "hub/plugin/text.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <string>

namespace hub::plugin {

/// How a call into a plugin ended, in the hub's words.
struct Outcome {
  Status status = Status::kOk;
  std::string message;  // never empty when status is not kOk
  std::optional<std::chrono::milliseconds> retry_after;
};

/// A plugin's wish to wait, as the hub takes it: nothing for 0 or less, at most a day.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after_of(std::int64_t ms);
/// The status that a plugin gave; nothing for a number that is none.
[[nodiscard]] std::optional<Status> status_of(syncline_status status);

/// The hub's side of one call into a plugin: its budget, its way to be cancelled, what it says of itself. Lives as long
/// as the call; used by one thread, except that a plugin may poll and log from its own.
class HostCall {
 public:
  /// `source` names the source in log lines; `cancelled` may be empty.
  HostCall(std::string source, std::chrono::milliseconds budget, Cancelled cancelled);
  HostCall(const HostCall&) = delete;
  HostCall& operator=(const HostCall&) = delete;

  /// Runs `call(const syncline_call*)`, once, and says how it ended. Garbage and exceptions of the plugin end as
  /// kInternal; a call that was cut short by its budget as kRetry.
  template <class Function>
  [[nodiscard]] Outcome run(Function&& call) {
    try {
      return finish(call(&abi_));
    } catch (const std::exception& error) {
      return {Status::kInternal, "the plugin let an exception escape: " + printable(to_abi(error.what())), {}};
    } catch (...) {
      return {Status::kInternal, "the plugin let an exception escape", {}};
    }
  }

  /// Whether the plugin has asked and was told to end early.
  [[nodiscard]] bool told_to_end() const { return told_; }

 private:
  static std::int32_t is_cancelled(void* ctx);
  static void log(void* ctx, std::int32_t level, syncline_str message);
  static void fail(void* ctx, syncline_str message, std::int64_t retry_after_ms);
  [[nodiscard]] Outcome finish(syncline_status returned);

  std::string source_;
  std::chrono::milliseconds budget_;
  std::chrono::steady_clock::time_point deadline_;
  Cancelled cancelled_;               // may be empty
  std::atomic<bool> stopped_{false};  // the hub, not the clock, asked the call to end
  std::atomic<bool> told_{false};
  std::string message_;
  std::int64_t retry_after_ms_ = 0;
  syncline_call abi_;
};

}  // namespace hub::plugin
