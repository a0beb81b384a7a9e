#pragma once

#include "hub/plugin/host_call.hpp"
#include "hub/plugin/source_client.hpp"
#include "hub/plugin/text.hpp"

#include <string>

namespace hub::plugin {

inline constexpr std::size_t kKeyBytes = 1'024;
inline constexpr std::size_t kTokenBytes = 1'024;  // versions and origin tags
inline constexpr std::size_t kBodyBytes = 1 << 20;
inline constexpr std::size_t kCursorBytes = 64 << 10;
inline constexpr std::size_t kPageBytes = 64 << 20;

/// Why `body` cannot be passed on as a JSON object of fields; empty when it can.
[[nodiscard]] std::string body_fault(std::string_view body);

/// Takes what one pull emits: copies it, and refuses what breaks the contract. One call, one thread.
class PageSink {
 public:
  explicit PageSink(const PullRequest& request);
  PageSink(const PageSink&) = delete;
  PageSink& operator=(const PageSink&) = delete;

  [[nodiscard]] const syncline_change_sink* get() const { return &abi_; }
  /// The page, once the pull has ended as `outcome` says; `cut` when it was told to end early.
  [[nodiscard]] PullPage finish(Outcome outcome, bool cut = false);

 private:
  static syncline_status emit(void* ctx, const syncline_change* change) noexcept;
  static syncline_status checkpoint(void* ctx, syncline_str cursor) noexcept;
  syncline_status take(const syncline_change* change);
  syncline_status refuse(std::string why);

  const PullRequest& request_;
  PullPage page_;
  std::size_t bytes_ = 0;
  bool full_ = false;  // the page has as many bytes as it may have
  std::string fault_;  // how the plugin broke the contract; nothing is taken after that
  syncline_change_sink abi_;
};

}  // namespace hub::plugin
