#pragma once

#include "syncline/plugin.h"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

/// The words of plugin.h in C++: statuses, changes, requests, results. Every string_view is valid only during the call
/// that it is passed to.
namespace syncline {

enum Status : std::int32_t {
  kOk = SYNCLINE_OK,
  kRetry = SYNCLINE_RETRY,
  kThrottled = SYNCLINE_THROTTLED,
  kRejected = SYNCLINE_REJECTED,
  kStale = SYNCLINE_STALE,
  kNotFound = SYNCLINE_NOT_FOUND,
  kUnauthenticated = SYNCLINE_UNAUTHENTICATED,
  kMisconfigured = SYNCLINE_MISCONFIGURED,
  kCancelled = SYNCLINE_CANCELLED,
  kUnsupported = SYNCLINE_UNSUPPORTED,
  kInternal = SYNCLINE_INTERNAL,
};

enum Op : std::uint32_t { kUpsert = SYNCLINE_UPSERT, kDelete = SYNCLINE_DELETE };
enum class Origin : std::int32_t {
  kUnknown = SYNCLINE_ORIGIN_UNKNOWN,
  kForeign = SYNCLINE_ORIGIN_FOREIGN,
  kEcho = SYNCLINE_ORIGIN_ECHO,
};
enum class LogLevel : std::int32_t {
  kDebug = SYNCLINE_LOG_DEBUG,
  kInfo = SYNCLINE_LOG_INFO,
  kWarning = SYNCLINE_LOG_WARNING,
  kError = SYNCLINE_LOG_ERROR,
};

inline constexpr std::uint32_t kCanPullDelta = SYNCLINE_CAN_PULL_DELTA;
inline constexpr std::uint32_t kCanPullSnapshot = SYNCLINE_CAN_PULL_SNAPSHOT;
inline constexpr std::uint32_t kCanPush = SYNCLINE_CAN_PUSH;
inline constexpr std::uint32_t kCanDelete = SYNCLINE_CAN_DELETE;
inline constexpr std::uint32_t kCanIdempotentPush = SYNCLINE_CAN_IDEMPOTENT_PUSH;
inline constexpr std::uint32_t kCanConditionalPush = SYNCLINE_CAN_CONDITIONAL_PUSH;
inline constexpr std::uint32_t kCanTagOrigin = SYNCLINE_CAN_TAG_ORIGIN;

/// Ends a call with a status and the text for a person. `retry_after` (kRetry, kThrottled): not before; zero leaves it
/// to the hub. Any other exception ends a call as kInternal with its what(); one from a constructor as kMisconfigured.
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message, std::chrono::milliseconds retry_after = {})
      : std::runtime_error(message), status_(status), retry_after_(retry_after) {}

  [[nodiscard]] Status status() const noexcept { return status_; }
  [[nodiscard]] std::chrono::milliseconds retry_after() const noexcept { return retry_after_; }

 private:
  Status status_;
  std::chrono::milliseconds retry_after_;
};

/// Thrown by ChangeSink when the hub takes no more: let it pass. No std::exception, so that a handler for those does
/// not swallow it.
struct Stopped {};

namespace detail {
inline std::string_view view(syncline_str text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}
inline syncline_str str(std::string_view text) { return {text.data(), text.size()}; }
}  // namespace detail

/// One observed write; see syncline_change. Views: what they refer to need only live until emit returns.
struct Change {
  Op op = kUpsert;
  std::string_view entity{};
  std::string_view key{};
  std::string_view version{};
  std::string_view body{};
  std::int64_t changed_at_ms = 0;
  std::string_view origin_tag{};
};

/// What the hub last wrote to a record; see syncline_receipt.
struct Receipt {
  std::string_view version{};
  std::string_view body{};
  std::string_view origin_tag{};
  std::int64_t pushed_at_ms = 0;
};

/// What a pull is to give; see syncline_pull_request.
struct PullRequest {
  std::string_view entity;
  std::string_view cursor;  // empty: from the start
  bool snapshot = false;
  std::uint32_t limit = 0;
};

/// One record to write; see syncline_push_item. `index` is its place in the batch.
struct PushItem {
  std::uint32_t index = 0;
  Op op = kUpsert;
  std::string_view entity;
  std::string_view key;               // empty: the hub knows of no such record there
  std::string_view expected_version;  // empty: write in any case
  std::string_view body;
  std::string_view idempotency_key;
  std::string_view origin_tag;
};

/// How one item ended; see syncline_push_result. Made by the functions below; owns its text.
struct Result {
  Status status = kRetry;
  std::string key{};
  std::string version{};
  std::string body{};
  std::string message{};
  std::chrono::milliseconds retry_after{};
};

/// Written. `key` and `version`: the source's own, afterwards; `body`: what the row really holds, empty for what was
/// sent.
[[nodiscard]] inline Result applied(std::string key = {}, std::string version = {}, std::string body = {}) {
  return {.status = kOk, .key = std::move(key), .version = std::move(version), .body = std::move(body)};
}
/// Not known or not possible now.
[[nodiscard]] inline Result retry(std::string message, std::chrono::milliseconds after = {}) {
  return {.status = kRetry, .message = std::move(message), .retry_after = after};
}
/// The source asks to wait; nothing was written.
[[nodiscard]] inline Result throttled(std::chrono::milliseconds after, std::string message = {}) {
  return {.status = kThrottled, .message = std::move(message), .retry_after = after};
}
/// The record is no longer at expected_version; nothing was written.
[[nodiscard]] inline Result stale(std::string message = {}) {
  return {.status = kStale, .message = std::move(message)};
}
/// Will never be taken as it is.
[[nodiscard]] inline Result rejected(std::string message) {
  return {.status = kRejected, .message = std::move(message)};
}
/// The source has no record with the item's key.
[[nodiscard]] inline Result not_found(std::string message = {}) {
  return {.status = kNotFound, .message = std::move(message)};
}

}  // namespace syncline
