#pragma once

#include "hub/config/config.hpp"
#include "hub/plugin/library.hpp"
#include "hub/sync/hub.hpp"

#include <string>

namespace hub::app {

/// The settings that a source's plugin gets: its own and what the mapping exchanges ("$mapping" of plugin.h).
[[nodiscard]] std::string plugin_settings(const config::Config& config, const config::SourceConfig& source);

/// The client of one source that has a plugin; throws as make_clients() does.
[[nodiscard]] std::unique_ptr<plugin::SourceClient> make_client(const config::Config& config,
                                                                const config::SourceConfig& source);

/// Loads the plugins that the configuration names and makes a client for each source that has one. Connects to nothing.
/// Throws CommandError(kUsage) with a line for every problem: an unknown plugin, one for another ABI, settings that do
/// not fit.
[[nodiscard]] sync::Clients make_clients(const config::Config& config);

}  // namespace hub::app
