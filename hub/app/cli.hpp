#pragma once

#include "hub/app/exit_code.hpp"
#include "hub/config/config.hpp"

#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace hub::app {

/// Everything that a command line can say; each command reads what it takes.
struct Arguments {
  std::string config_file;             // empty: the places of config_file() are tried
  std::vector<std::string> overrides;  // "key=value", in order
  bool json = false;                   // the API's answer as it is, instead of a table
  std::string log_level = "info";

  std::string entity;
  std::string id;
  std::string source;
  std::string plugin;
  std::string state;
  std::string kind;
  std::string by;
  std::string text;
  std::string preview;
  std::string link;
  std::string merge;
  std::string field;
  std::vector<std::string> takes;  // incoming, canonical, create, or "name=incoming"
  std::string etag;
  std::string reason;
  std::string duration;  // "30m", "2h"
  std::string change;
  std::string run;
  std::string since;
  std::string cursor;
  std::string at;
  std::string from;
  std::string to;
  std::vector<std::string> fields;   // "name=value"
  std::vector<std::string> cleared;  // names
  int limit = 50;
  int priority = 0;
  int max = 0;  // 0: not given
  bool all = false;
  bool deleted = false;
  bool apply = false;
  bool snapshot = false;
  bool dry_run = false;
  bool keep_at_sources = false;
};

/// The command line while it is read, and what the commands write to.
struct Cli {
  std::ostream& out;
  std::ostream& err;
  Arguments args;
  std::function<ExitCode()> chosen;   // what the given command does; empty until one was given
  std::vector<std::string> examples;  // of every command, as its help shows them
};

/// What a command does, after its arguments were read. Throws CommandError and store::StoreError.
using Action = ExitCode (*)(Cli&);

/// Headings of the list of commands.
inline constexpr const char* kServe = "Serve";
inline constexpr const char* kLook = "Look";
inline constexpr const char* kDecide = "Decide";
inline constexpr const char* kConnect = "Connect";

/// Adds a command that only holds others. `heading` is the part of the list in which it stands.
CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& text, const char* heading);
/// Adds a command with the options that all take. `examples` are whole command lines; its help shows them.
CLI::App& add_command(Cli& cli, CLI::App& parent, const std::string& name, const std::string& text,
                      const std::vector<std::string>& examples, Action action);
/// Puts a command under a heading of the list of commands.
void put_under(CLI::App& command, const char* heading);
/// --config and --set.
void add_config_options(Cli& cli, CLI::App& command);
void add_json_option(Cli& cli, CLI::App& command);
/// Both, for commands that speak with the API.
void add_usual_options(Cli& cli, std::initializer_list<CLI::App*> commands);
/// --limit; `text` says of what.
void add_limit_option(Cli& cli, CLI::App& command, const std::string& text);
/// --limit and --cursor of a list.
void add_page_options(Cli& cli, CLI::App& command);
/// A required argument without dashes.
void add_argument(CLI::App& command, const std::string& name, std::string& value, const std::string& text);
/// The arguments ENTITY and ID that name a record.
void add_record_arguments(Cli& cli, CLI::App& command);
/// --field name=value and --clear name.
void add_field_options(Cli& cli, CLI::App& command);

/// The footer that explains the exit codes.
[[nodiscard]] std::string exit_codes_text();

/// The configuration file that the command line, $SYNCLINE_CONFIG or a usual place names.
[[nodiscard]] std::string config_file(const Arguments& args);
/// Loads it; every problem is a line of the CommandError.
[[nodiscard]] config::Config load_config(const Arguments& args);

}  // namespace hub::app
