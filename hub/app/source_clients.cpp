#include "hub/app/source_clients.hpp"

#include "hub/app/exit_code.hpp"
#include "hub/plugin/settings.hpp"

#include <algorithm>

namespace hub::app {

namespace {

plugin::MappedEntity mapped(const config::Config& config, const config::SourceConfig& source,
                            const config::EntityMapping& mapping) {
  plugin::MappedEntity entity{mapping.remote, mapping.entity, mapping.key, {}, {}};
  if (!mapping.key.empty()) entity.fields.push_back(mapping.key);
  const model::EntitySchema& schema = *config.entity(mapping.entity);
  for (const config::FieldMapping& field : mapping.fields) {
    if (std::find(entity.fields.begin(), entity.fields.end(), field.remote) == entity.fields.end())
      entity.fields.push_back(field.remote);
    const config::EntityMapping* target = source.find(schema.find(field.field)->references);
    if (target != nullptr) entity.references.emplace_back(field.remote, target->remote);
  }
  for (const auto& [remote, value] : mapping.constants) entity.fields.push_back(remote);
  return entity;
}

/// Adds a line for each problem to `problems`.
std::unique_ptr<plugin::SourceClient> make_client(const config::Config& config, const config::SourceConfig& source,
                                                  std::string& problems) {
  const auto add = [&](const std::string& key, const std::string& what) {
    problems += (problems.empty() ? "sources." : "\nsources.") + source.name + "." + key + ": " + what;
  };
  const auto library = plugin::PluginLibrary::open(config.hub.plugins, source.plugin);
  if (!library) {
    add("plugin", library.error().message);
    return nullptr;
  }
  const auto errors = library.value().check_settings(source.settings);
  for (const base::Error& error : errors) add("settings" + error.where, error.message);
  if (!errors.empty()) return nullptr;
  auto client = library.value().create(source.name, plugin_settings(config, source));
  if (client) return std::move(client).value();
  add("settings", client.error().message);
  return nullptr;
}

}  // namespace

std::string plugin_settings(const config::Config& config, const config::SourceConfig& source) {
  std::vector<plugin::MappedEntity> entities;
  for (const config::EntityMapping& mapping : source.entities) entities.push_back(mapped(config, source, mapping));
  return plugin::with_mapping(source.settings, entities);
}

std::unique_ptr<plugin::SourceClient> make_client(const config::Config& config, const config::SourceConfig& source) {
  std::string problems;
  auto client = make_client(config, source, problems);
  if (!problems.empty()) throw CommandError(ExitCode::kUsage, problems);
  return client;
}

sync::Clients make_clients(const config::Config& config) {
  sync::Clients clients;
  std::string problems;
  for (const config::SourceConfig& source : config.sources)
    if (!source.plugin.empty()) clients[source.name] = make_client(config, source, problems);
  if (!problems.empty()) throw CommandError(ExitCode::kUsage, problems);
  return clients;
}

}  // namespace hub::app
