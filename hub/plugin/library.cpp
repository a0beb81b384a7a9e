#include "hub/plugin/library.hpp"

#include "hub/base/nearest.hpp"
#include "hub/model/json.hpp"
#include "hub/plugin/plugin_client.hpp"
#include "hub/plugin/settings.hpp"
#include "hub/plugin/text.hpp"
#include "syncline/plugin.h"

#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <mutex>

namespace hub::plugin {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "libsyncline_";
constexpr std::string_view kSuffix = ".so";
constexpr const char* kEntry = "syncline_plugin_entry";
constexpr std::size_t kSchemaBytes = 1 << 20;

std::string version_text(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

const std::string& host_abi() {
  static const std::string text = version_text(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR);
  return text;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

base::Error unknown_plugin(const fs::path& dir, const std::string& name) {
  std::error_code ignored;
  if (!fs::is_directory(dir, ignored))
    return {{}, "there is no plugin folder " + dir.string() + ": set hub.plugins to the folder that holds the plugins"};
  const auto known = PluginLibrary::names(dir);
  std::string message = "there is no plugin '" + name + "' in " + dir.string();
  if (known.empty()) return {{}, message + ", which holds none: set hub.plugins to the folder that holds them"};
  message += "; it holds:";
  for (const std::string& one : known) message += (&one == &known.front() ? " " : ", ") + one;
  const std::string near = base::nearest(name, known);
  return {{}, message + (near.empty() ? "" : ". Did you mean '" + near + "'?")};
}

/// Loads the library for good: code of a plugin may run until the process ends (its threads, its static objects), so it
/// is never unloaded.
boost::dll::shared_library& load(const fs::path& path) {
  static std::mutex mutex;
  static auto& loaded = *new std::vector<std::unique_ptr<boost::dll::shared_library>>;  // guarded by mutex, never freed
  const std::lock_guard lock{mutex};
  for (const auto& library : loaded)
    if (library->location() == path) return *library;
  namespace mode = boost::dll::load_mode;
  return *loaded.emplace_back(std::make_unique<boost::dll::shared_library>(path, mode::rtld_now | mode::rtld_local));
}

/// What keeps `table` from being used by this hub; empty when nothing does.
std::string table_fault(const syncline_plugin* table) {
  if (table == nullptr)
    return "does not serve plugin ABI " + host_abi() + ", which this hub speaks: install a build of it for this hub";
  if (!SYNCLINE_HAS(table, syncline_plugin, abi_minor)) return "gives a table that is too small to be a plugin's";
  const std::string built_for = "was built for plugin ABI " + version_text(table->abi_major, table->abi_minor) +
                                ", this hub speaks " + host_abi();
  if (table->abi_major != SYNCLINE_ABI_MAJOR) return built_for + ": install a build of it for this hub";
  if (table->abi_minor > SYNCLINE_ABI_MINOR) return built_for + ": upgrade the hub, or install an older build of it";
  if (!SYNCLINE_HAS(table, syncline_plugin, extension)) return "gives a table that is smaller than its ABI says";
  std::string missing;
  const auto need = [&](bool present, const char* name) {
    if (!present) missing += (missing.empty() ? "" : ", ") + std::string(name);
  };
  need(table->create != nullptr, "create");
  need(table->destroy != nullptr, "destroy");
  need(table->check != nullptr, "check");
  need(table->pull != nullptr, "pull");
  need(table->push != nullptr || (table->capabilities & SYNCLINE_CAN_PUSH) == 0, "push");
  return missing.empty() ? "" : "lacks functions that a plugin must have: " + missing;
}

base::Result<PluginInfo> describe(const syncline_plugin& table, const std::string& name, const fs::path& path) {
  const auto id = from_abi(table.id, 256);
  const auto version = from_abi(table.version, 256);
  const auto schema = from_abi(table.settings_schema, kSchemaBytes);
  if (!id || id->empty() || !version || version->empty()) return base::Error{{}, "has no id or no version"};
  const auto parsed = model::parse_json(schema.value_or(std::string_view{}));
  if (!parsed || parsed.value().kind != model::Json::Kind::kObject)
    return base::Error{{}, "ships a settings schema that is no JSON object"};
  return PluginInfo{name,
                    std::string(*id),
                    std::string(*version),
                    version_text(table.abi_major, table.abi_minor),
                    capabilities_of(table.capabilities),
                    std::string(*schema),
                    path};
}

}  // namespace

base::Result<PluginLibrary> PluginLibrary::open(const fs::path& dir, const std::string& name) {
  if (!is_name(name))
    return base::Error{{},
                       "'" + name + "' is no plugin name: use a-z, 0-9, '_' and '-'; it names libsyncline_<name>.so"};
  std::error_code ignored;
  const fs::path path = fs::absolute(dir) / (std::string(kPrefix) + name + std::string(kSuffix));
  if (!fs::exists(path, ignored)) return unknown_plugin(dir, name);
  const auto refuse = [&](const std::string& why) {
    return base::Error{{}, "plugin '" + name + "' (" + path.string() + ") " + why};
  };
  try {
    boost::dll::shared_library& library = load(path);
    if (!library.has(kEntry)) return refuse("is not a Syncline plugin: it does not export " + std::string(kEntry));
    const auto entry = library.get<const syncline_plugin*(std::uint32_t, std::uint32_t)>(kEntry);
    const syncline_plugin* table = entry(SYNCLINE_ABI_MAJOR, SYNCLINE_ABI_MINOR);
    if (const std::string fault = table_fault(table); !fault.empty()) return refuse(fault);
    auto info = describe(*table, name, path);
    if (!info) return refuse(info.error().message);
    return PluginLibrary{table, std::move(info).value()};
  } catch (const std::exception& error) {
    return refuse("cannot be loaded: " + printable(to_abi(error.what())));
  } catch (...) {  // its entry point or a static object of it threw something of its own
    return refuse("cannot be loaded: it threw an exception");
  }
}

std::vector<std::string> PluginLibrary::names(const fs::path& dir) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (fs::directory_iterator at{dir, ignored}, end; at != end; at.increment(ignored)) {
    const std::string file = at->path().filename().string();
    if (file.size() > kPrefix.size() + kSuffix.size() && file.starts_with(kPrefix) && file.ends_with(kSuffix))
      found.push_back(file.substr(kPrefix.size(), file.size() - kPrefix.size() - kSuffix.size()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<base::Error> PluginLibrary::check_settings(std::string_view settings) const {
  const auto parsed = model::parse_json(settings);
  if (!parsed) return {parsed.error()};
  return plugin::check_settings(model::parse_json(info_.settings_schema).value(), parsed.value());
}

base::Result<std::unique_ptr<SourceClient>> PluginLibrary::create(const std::string& instance,
                                                                  std::string_view settings) const {
  std::string problems;
  for (const base::Error& error : check_settings(settings))
    problems += (problems.empty() ? "" : "; ") + error.where + (error.where.empty() ? "" : ": ") + error.message;
  if (!problems.empty())
    return base::Error{{},
                       "the settings of source " + instance + " do not fit plugin '" + info_.name + "': " + problems};
  auto client = PluginClient::create(*table_, instance, settings);
  if (!client)
    return base::Error{
        {}, "plugin '" + info_.name + "' refuses the settings of source " + instance + ": " + client.error().message};
  return std::unique_ptr<SourceClient>{std::move(client).value()};
}

base::Result<std::string> PluginLibrary::setup(const std::string& instance, std::string_view settings,
                                               bool apply) const {
  auto client = create(instance, settings);
  if (!client) return client.error();
  return static_cast<PluginClient&>(*client.value()).setup(apply);
}

base::Result<std::string> PluginLibrary::setup_plan(const std::string& instance, std::string_view settings) const {
  return setup(instance, settings, false);
}

base::Result<std::string> PluginLibrary::setup_apply(const std::string& instance, std::string_view settings) const {
  return setup(instance, settings, true);
}

}  // namespace hub::plugin
