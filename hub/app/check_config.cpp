#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/source_clients.hpp"

#include <ostream>

namespace hub::app {

namespace {

ExitCode check_config(Cli& cli) {
  const config::Config config = load_config(cli.args);
  for (const std::string& warning : config.warnings) cli.err << warning << " (a warning)\n";
  static_cast<void>(store_location(config.hub));
  const sync::Clients clients = make_clients(config);
  cli.out << config_file(cli.args) << " is sound: " << counted(std::to_string(config.entities.size()), "entity type")
          << ", " << counted(std::to_string(config.sources.size()), "source") << ", " << clients.size()
          << " with a plugin\n";
  return ExitCode::kOk;
}

}  // namespace

void add_check_config(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(
      cli, root, "check-config",
      "Checks the configuration and the plugins that it names, and reports every problem; starts and connects nothing",
      {"syncline check-config --config config/hub.yaml"}, check_config);
  put_under(command, kServe);
  add_config_options(cli, command);
}

}  // namespace hub::app
