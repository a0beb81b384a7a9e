#include "hub/plugin/host_call.hpp"

#include "hub/base/log.hpp"

#include <algorithm>

namespace hub::plugin {

namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours{24};

}  // namespace

std::optional<std::chrono::milliseconds> retry_after_of(std::int64_t ms) {
  if (ms <= 0) return std::nullopt;
  return std::min(std::chrono::milliseconds{ms}, kLongestWait);
}

std::optional<Status> status_of(syncline_status status) {
  if (status < SYNCLINE_OK || status > SYNCLINE_INTERNAL) return std::nullopt;
  return static_cast<Status>(status);
}

HostCall::HostCall(std::string source, std::chrono::milliseconds budget, Cancelled cancelled)
    : source_(std::move(source)),
      budget_(std::max(budget, std::chrono::milliseconds{1})),
      deadline_(std::chrono::steady_clock::now() + budget_),
      cancelled_(std::move(cancelled)),
      abi_{sizeof(syncline_call), 0, this, budget_.count(), &is_cancelled, &log, &fail} {}

std::int32_t HostCall::is_cancelled(void* ctx) {
  auto& self = *static_cast<HostCall*>(ctx);
  if (self.cancelled_ && self.cancelled_()) self.stopped_ = true;
  if (!self.stopped_ && std::chrono::steady_clock::now() < self.deadline_) return 0;
  self.told_ = true;
  return 1;
}

void HostCall::log(void* ctx, std::int32_t level, syncline_str message) {
  const auto& self = *static_cast<HostCall*>(ctx);
  base::log(level <= SYNCLINE_LOG_DEBUG     ? base::LogLevel::kDebug
            : level == SYNCLINE_LOG_INFO    ? base::LogLevel::kInfo
            : level == SYNCLINE_LOG_WARNING ? base::LogLevel::kWarning
                                            : base::LogLevel::kError,
            "source " + self.source_, printable(message));
}

void HostCall::fail(void* ctx, syncline_str message, std::int64_t retry_after_ms) {
  auto& self = *static_cast<HostCall*>(ctx);
  self.message_ = printable(message);
  self.retry_after_ms_ = retry_after_ms;
}

Outcome HostCall::finish(syncline_status returned) {
  const auto status = status_of(returned);
  if (!status) return {Status::kInternal, "the plugin answered the unknown status " + std::to_string(returned), {}};
  if (*status == Status::kOk) return {};
  if (*status == Status::kCancelled && !stopped_)
    return {Status::kRetry, "did not finish within " + std::to_string(budget_.count()) + " ms", {}};
  return {*status,
          message_.empty() ? "the plugin answered status " + std::to_string(returned) + " and no reason" : message_,
          retry_after_of(retry_after_ms_)};
}

}  // namespace hub::plugin
