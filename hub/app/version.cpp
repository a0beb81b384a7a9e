#include "hub/app/version.hpp"

#include "hub/app/commands.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/schema.hpp"

#include <ostream>

namespace hub::app {

namespace {

ExitCode show_version(Cli& cli) {
  if (!cli.args.json) {
    cli.out << version_text() << '\n';
    return ExitCode::kOk;
  }
  model::JsonWriter json;
  json.begin_object().member("version", version()).member("schemaVersion", store::latest_schema_version());
  cli.out << json.end_object().take() << '\n';
  return ExitCode::kOk;
}

}  // namespace

std::string version() { return SYNCLINE_VERSION; }

std::string version_text() {
  return "syncline " + version() + " (store schema " + std::to_string(store::latest_schema_version()) + ")";
}

void add_version(Cli& cli, CLI::App& root) {
  CLI::App& command =
      add_command(cli, root, "version", "The version of this binary", {"syncline version --json"}, show_version);
  put_under(command, kLook);
  add_json_option(cli, command);
}

}  // namespace hub::app
