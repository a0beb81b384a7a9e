#pragma once

#include "hub/base/result.hpp"
#include "hub/plugin/host_call.hpp"
#include "hub/plugin/source_client.hpp"
#include "syncline/plugin.h"

#include <array>
#include <memory>
#include <mutex>
#include <string>

namespace hub::plugin {

/// The hub's words for SYNCLINE_CAN_* bits.
[[nodiscard]] Capabilities capabilities_of(std::uint32_t bits);

/// A source of a plugin that runs in this process. Whatever the plugin answers, up to a corrupted process, ends as a
/// status.
class PluginClient final : public SourceClient {
 public:
  /// Makes the source `instance`; `plugin` is a checked table and is never unloaded. The error is what create said.
  [[nodiscard]] static base::Result<std::unique_ptr<PluginClient>> create(const syncline_plugin& plugin,
                                                                          const std::string& instance,
                                                                          std::string_view settings);
  ~PluginClient() override;
  PluginClient(const PluginClient&) = delete;
  PluginClient& operator=(const PluginClient&) = delete;

  [[nodiscard]] Capabilities capabilities() const override { return capabilities_of(plugin_.capabilities); }
  [[nodiscard]] Status check(std::chrono::milliseconds budget, std::string& why) override;
  [[nodiscard]] PullPage pull(const PullRequest& request, const Cancelled& cancelled) override;
  [[nodiscard]] std::vector<PushResult> push(const std::vector<PushItem>& items, std::chrono::milliseconds budget,
                                             const Cancelled& cancelled) override;
  [[nodiscard]] Origin origin(const std::string& remote, const PulledChange& change,
                              const LastReceipt& last) const override;

  /// What the plugin would install at the source, or with `apply` has installed; empty when all is in place. An error
  /// when it needs no set-up or could not do it.
  [[nodiscard]] base::Result<std::string> setup(bool apply);

 private:
  PluginClient(const syncline_plugin& plugin, std::string instance) : plugin_(plugin), instance_(std::move(instance)) {}
  /// What a call holds while it runs: a pull may run beside one other call, if the plugin can do that.
  [[nodiscard]] std::unique_lock<std::mutex> lane(bool pulling);
  /// Who writes, as the source is told: the same for every push of this source.
  [[nodiscard]] std::string origin_tag() const { return "syncline:" + instance_; }

  const syncline_plugin& plugin_;
  std::string instance_;
  syncline_source* source_ = nullptr;  // owned by the plugin, made by create, ended by destroy
  std::array<std::mutex, 2> lanes_;
};

}  // namespace hub::plugin
