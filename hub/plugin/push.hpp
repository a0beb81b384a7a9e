#pragma once

#include "hub/plugin/host_call.hpp"
#include "hub/plugin/source_client.hpp"
#include "syncline/plugin.h"

#include <string>
#include <vector>

namespace hub::plugin {

/// The items of one push as the C ABI passes them and the results that come back. One call, one thread; refers to
/// `items` and `origin_tag`, which outlive it.
class PushCall {
 public:
  /// Leaves out what `can` does not allow: those items end as kUnsupported.
  PushCall(const std::vector<PushItem>& items, const Capabilities& can, std::string_view origin_tag);
  PushCall(const PushCall&) = delete;
  PushCall& operator=(const PushCall&) = delete;

  [[nodiscard]] const std::vector<syncline_push_item>& items() const { return abi_items_; }
  [[nodiscard]] const syncline_result_sink* sink() const { return &abi_sink_; }
  /// Exactly one result for each item, in order, once the push has ended as `outcome` says.
  [[nodiscard]] std::vector<PushResult> finish(const Outcome& outcome);

  /// How the plugin last broke the contract in a way that no item's result shows; empty when it did not.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  static void report(void* ctx, std::uint32_t item, const syncline_push_result* result) noexcept;
  void take(std::uint32_t item, const syncline_push_result* result);

  const std::vector<PushItem>& items_;
  std::vector<syncline_push_item> abi_items_;
  std::vector<std::size_t> places_;  // of each ABI item, its place in items_
  std::vector<PushResult> results_;
  std::vector<bool> reported_;
  std::string fault_;
  syncline_result_sink abi_sink_;
};

}  // namespace hub::plugin
