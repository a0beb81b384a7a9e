#include "hub/app/commands.hpp"
#include "hub/app/source_clients.hpp"
#include "hub/app/table.hpp"
#include "hub/base/nearest.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using plugin::PluginLibrary;

constexpr std::chrono::seconds kCheckBudget{15};

std::vector<std::string> words(const plugin::Capabilities& can) {
  std::vector<std::string> words;
  const auto add = [&](bool able, const char* word) {
    if (able) words.emplace_back(word);
  };
  add(can.pull_delta, "pull-delta");
  add(can.pull_snapshot, "pull-snapshot");
  add(can.push, "push");
  add(can.erase, "delete");
  add(can.idempotent_push, "idempotent-push");
  add(can.conditional_push, "conditional-push");
  add(can.tag_origin, "tag-origin");
  return words;
}

void write_json(model::JsonWriter& json, const plugin::PluginInfo& info) {
  json.begin_object().member("name", info.name).member("id", info.id).member("version", info.version);
  json.member("abi", info.abi).member("path", info.path.string()).key("capabilities").begin_array();
  for (const std::string& word : words(info.capabilities)) json.text(word);
  json.end_array().end_object();
}

ExitCode list_plugins(Cli& cli) {
  const config::Config config = load_config(cli.args);
  Table table({{"NAME"}, {"ID"}, {"VERSION"}, {"ABI"}, {"CAN"}});
  model::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const std::string& name : PluginLibrary::names(config.hub.plugins)) {
    const auto library = PluginLibrary::open(config.hub.plugins, name);
    if (!library) {
      cli.err << library.error().message << '\n';
      continue;
    }
    const plugin::PluginInfo& info = library.value().info();
    std::string can;
    for (const std::string& word : words(info.capabilities)) can += (can.empty() ? "" : " ") + word;
    table.add({name, info.id, info.version, info.abi, can});
    write_json(json, info);
  }
  if (cli.args.json) {
    cli.out << json.end_array().end_object().take() << '\n';
    return ExitCode::kOk;
  }
  table.print(cli.out);
  if (table.empty()) cli.out << "no plugins in " << config.hub.plugins.string() << "; hub.plugins names the folder\n";
  return ExitCode::kOk;
}

/// Whether the source can be reached with its settings; what is wrong goes to `err`.
bool check_source(Cli& cli, const PluginLibrary& library, const config::Config& config,
                  const config::SourceConfig& source) {
  const auto complain = [&](const std::string& what) { cli.err << source.name << ": " << printable(what) << '\n'; };
  const auto client = library.create(source.name, plugin_settings(config, source));
  if (!client) {
    complain(client.error().message);
    return false;
  }
  std::string why;
  const plugin::Status status = client.value()->check(kCheckBudget, why);
  if (status != plugin::Status::kOk) {
    complain(why);
    return false;
  }
  cli.out << source.name << ": can be reached, and its mapping fits\n";
  return true;
}

ExitCode check_plugin(Cli& cli) {
  const config::Config config = load_config(cli.args);
  const auto library = PluginLibrary::open(config.hub.plugins, cli.args.plugin);
  if (!library) throw CommandError(ExitCode::kNo, library.error().message);
  const plugin::PluginInfo& info = library.value().info();
  cli.out << info.name << " is " << printable(info.id + " " + info.version) << " for plugin ABI " << info.abi << ", "
          << info.path.string() << '\n';
  bool all_well = true;
  for (const config::SourceConfig& source : config.sources)
    if (source.plugin == info.name) all_well = check_source(cli, library.value(), config, source) && all_well;
  return all_well ? ExitCode::kOk : ExitCode::kNo;
}

const config::SourceConfig& source_with_plugin(const config::Config& config, const std::string& name) {
  std::vector<std::string> names;
  for (const config::SourceConfig& source : config.sources) {
    if (source.name == name && !source.plugin.empty()) return source;
    if (source.name == name)
      throw CommandError(ExitCode::kNo, "source " + name + " has no plugin, so there is nothing to set up");
    names.push_back(source.name);
  }
  throw CommandError(ExitCode::kNo,
                     "there is no source " + name + " in the configuration" + base::did_you_mean(name, names));
}

ExitCode set_up(Cli& cli) {
  const config::Config config = load_config(cli.args);
  const config::SourceConfig& source = source_with_plugin(config, cli.args.source);
  const auto library = PluginLibrary::open(config.hub.plugins, source.plugin);
  if (!library) throw CommandError(ExitCode::kNo, library.error().message);
  const std::string settings = plugin_settings(config, source);
  const auto text = cli.args.apply ? library.value().setup_apply(source.name, settings)
                                   : library.value().setup_plan(source.name, settings);
  if (!text) throw CommandError(ExitCode::kNo, text.error().message);
  // Only the plan goes to standard output, so that it can be run by another tool.
  cli.out << text.value() << (text.value().empty() || text.value().ends_with('\n') ? "" : "\n");
  if (text.value().empty())
    cli.err << source.name << ": all is in place already\n";
  else
    cli.err << source.name << (cli.args.apply ? ": this was installed\n" : ": this would be installed by --apply\n");
  return ExitCode::kOk;
}

}  // namespace

void add_plugins(Cli& cli, CLI::App& root) {
  CLI::App& group = add_group(root, "plugin", "What connects the sources: list, check, setup", kConnect);
  CLI::App& list = add_command(cli, group, "list", "The plugins in hub.plugins and what they can do",
                               {"syncline plugin list"}, list_plugins);
  add_json_option(cli, list);
  CLI::App& check =
      add_command(cli, group, "check", "Loads a plugin and tries to reach every source that uses it; changes nothing",
                  {"syncline plugin check localdb"}, check_plugin);
  add_argument(check, "NAME", cli.args.plugin, "The plugin's name: localdb is libsyncline_localdb.so");
  CLI::App& setup = add_command(cli, group, "setup",
                                "Prints what a plugin would install at a source (triggers, an outbox), or installs it",
                                {"syncline plugin setup LocalDB", "syncline plugin setup LocalDB --apply"}, set_up);
  add_argument(setup, "SOURCE", cli.args.source, "The source, as the configuration calls it");
  setup.add_flag("--apply", cli.args.apply, "Install it");
  for (CLI::App* command : {&list, &check, &setup}) add_config_options(cli, *command);
}

}  // namespace hub::app
