#pragma once

#include "hub/base/result.hpp"
#include "hub/plugin/source_client.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct syncline_plugin;

namespace hub::plugin {

/// What a plugin says of itself.
struct PluginInfo {
  std::string name;     // what `plugin:` in the configuration says: libsyncline_<name>.so
  std::string id;       // "example.jsonl"
  std::string version;  // its own
  std::string abi;      // that it was built for: "1.0"
  Capabilities capabilities;
  std::string settings_schema;  // a JSON Schema
  std::filesystem::path path;   // absolute
};

/// A plugin that is loaded into this process and checked. It stays loaded until the process ends; opening it again
/// gives the same one. Cheap to copy. Any thread.
class PluginLibrary {
 public:
  /// Loads `name` from the folder `dir`. The error says what is wrong with the name, the folder or the library (not
  /// there, no plugin, for another ABI major, newer than this hub, incomplete) and the way out.
  [[nodiscard]] static base::Result<PluginLibrary> open(const std::filesystem::path& dir, const std::string& name);

  /// The names of the plugins in `dir`, sorted, without loading any; empty when there is no such folder.
  [[nodiscard]] static std::vector<std::string> names(const std::filesystem::path& dir);

  [[nodiscard]] const PluginInfo& info() const { return info_; }

  /// Everything in `settings` (with or without "$mapping") that the plugin's schema does not allow; `where` is a JSON
  /// pointer, and an unknown key comes with the nearest known one.
  [[nodiscard]] std::vector<base::Error> check_settings(std::string_view settings) const;

  /// A source called `instance`; `settings` as with_mapping() makes them. Checks them first. Connects to nothing: use
  /// check().
  [[nodiscard]] base::Result<std::unique_ptr<SourceClient>> create(const std::string& instance,
                                                                   std::string_view settings) const;

  /// What the plugin would install at the source before it can be used, as text that a person can read and run; empty
  /// when all is in place. An error when it needs no set-up or cannot tell.
  [[nodiscard]] base::Result<std::string> setup_plan(const std::string& instance, std::string_view settings) const;
  /// Installs it and gives what it ran. A repeat changes nothing.
  [[nodiscard]] base::Result<std::string> setup_apply(const std::string& instance, std::string_view settings) const;

 private:
  PluginLibrary(const syncline_plugin* table, PluginInfo info) : table_(table), info_(std::move(info)) {}
  [[nodiscard]] base::Result<std::string> setup(const std::string& instance, std::string_view settings,
                                                bool apply) const;

  const syncline_plugin* table_;  // static storage of a library that is never unloaded
  PluginInfo info_;
};

}  // namespace hub::plugin
