#include "hub/app/cli.hpp"

#include "hub/config/load.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <filesystem>

namespace hub::app {

namespace {

constexpr const char* kEverywhere = "Options of every command";

CLI::App& add(CLI::App& parent, const std::string& name, const std::string& text) {
  CLI::App& command = *parent.add_subcommand(name, text);
  command.group("Commands");
  return command;
}

/// An option that can be given again and again, one value each time.
CLI::Option* add_list(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                      const std::string& form, const std::string& text) {
  const auto append = [&values](const std::vector<std::string>& given) {
    values.insert(values.end(), given.begin(), given.end());
  };
  return command.add_option_function<std::vector<std::string>>(name, append, text)
      ->allow_extra_args(false)
      ->option_text(form);
}

std::vector<config::Override> overrides(const Arguments& args) {
  std::vector<config::Override> pairs;
  for (const std::string& text : args.overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw CommandError(ExitCode::kUsage, "--set takes KEY=VALUE, such as --set hub.listen=127.0.0.1:0, not " + text);
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

}  // namespace

CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& text, const char* heading) {
  CLI::App& group = add(parent, name, text);
  group.group(heading);
  group.require_subcommand(0, 1);  // the command line says itself which one is missing
  group.footer("`syncline " + name + " COMMAND --help` shows a command's options and an example.");
  return group;
}

CLI::App& add_command(Cli& cli, CLI::App& parent, const std::string& name, const std::string& text,
                      const std::vector<std::string>& examples, Action action) {
  CLI::App& command = add(parent, name, text);
  std::string footer = examples.size() == 1 ? "Example:" : "Examples:";
  for (const std::string& example : examples) {
    footer += "\n  " + example;
    cli.examples.push_back(example);
  }
  command.footer(footer + "\n\n" + exit_codes_text());
  command.callback([&cli, action] { cli.chosen = [&cli, action] { return action(cli); }; });
  return command;
}

void put_under(CLI::App& command, const char* heading) { command.group(heading); }

void add_config_options(Cli& cli, CLI::App& command) {
  command
      .add_option("--config", cli.args.config_file,
                  "The hub's configuration; default: $SYNCLINE_CONFIG, else "
                  "config/hub.yaml here, else /etc/syncline/hub.yaml")
      ->option_text("FILE")
      ->group(kEverywhere);
  add_list(command, "--set", cli.args.overrides, "KEY=VALUE", "Overrides a key of the configuration; can be repeated")
      ->group(kEverywhere);
}

void add_json_option(Cli& cli, CLI::App& command) {
  command.add_flag("--json", cli.args.json, "The API's answer as JSON instead of a table");
}

void add_usual_options(Cli& cli, std::initializer_list<CLI::App*> commands) {
  for (CLI::App* command : commands) {
    add_json_option(cli, *command);
    add_config_options(cli, *command);
  }
}

void add_limit_option(Cli& cli, CLI::App& command, const std::string& text) {
  command.add_option("--limit", cli.args.limit, text + ", 1 to 1000; default 50")
      ->option_text("N")
      ->check(CLI::Range(1, 1000));
}

void add_page_options(Cli& cli, CLI::App& command) {
  add_limit_option(cli, command, "At most so many");
  command.add_option("--cursor", cli.args.cursor, "Where the last page ended")->option_text("TEXT");
}

void add_argument(CLI::App& command, const std::string& name, std::string& value, const std::string& text) {
  command.add_option(name, value, text)->required()->option_text(" ");
}

void add_record_arguments(Cli& cli, CLI::App& command) {
  add_argument(command, "ENTITY", cli.args.entity, "The record type, such as client");
  add_argument(command, "ID", cli.args.id, "Its external id");
}

void add_field_options(Cli& cli, CLI::App& command) {
  add_list(command, "--field", cli.args.fields, "NAME=VALUE", "The value that a field is to have; can be repeated");
  add_list(command, "--clear", cli.args.cleared, "NAME", "A field that is to have no value; can be repeated");
}

std::string exit_codes_text() {
  return "Exit codes:\n"
         "  0  all is well\n"
         "  1  the answer is no: the audit found a difference, there is nothing of that name, or it was refused\n"
         "  2  the command line or the configuration cannot be used\n"
         "  3  the store or the hub is away; trying again later may help";
}

std::string config_file(const Arguments& args) {
  if (!args.config_file.empty()) return args.config_file;
  if (const char* named = std::getenv("SYNCLINE_CONFIG"); named != nullptr && *named != '\0') return named;
  std::error_code ignored;
  for (const char* usual : {"config/hub.yaml", "/etc/syncline/hub.yaml"})
    if (std::filesystem::exists(usual, ignored)) return usual;
  throw CommandError(ExitCode::kUsage,
                     "no configuration: give --config FILE, set SYNCLINE_CONFIG, or put one at config/hub.yaml or "
                     "/etc/syncline/hub.yaml");
}

config::Config load_config(const Arguments& args) {
  auto loaded = config::load(config_file(args), overrides(args));
  if (auto* config = std::get_if<config::Config>(&loaded)) return std::move(*config);
  std::string lines;
  for (const config::Problem& problem : std::get<1>(loaded))
    lines += (lines.empty() ? "" : "\n") + config::to_string(problem);
  throw CommandError(ExitCode::kUsage, lines);
}

}  // namespace hub::app
