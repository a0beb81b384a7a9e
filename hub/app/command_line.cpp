#include "hub/app/command_line.hpp"

#include "hub/app/commands.hpp"
#include "hub/app/version.hpp"
#include "hub/base/nearest.hpp"
#include "hub/store/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace hub::app {

namespace {

constexpr const char* kAbout =
    "Syncline keeps the records of several systems in step: it takes their changes, resolves\n"
    "them against one canonical record, and sends the result to every other system.\n";

constexpr const char* kStart =
    "Start here:\n"
    "  syncline check-config --config config/hub.yaml   is the configuration sound?\n"
    "  syncline run --config config/hub.yaml            start the hub\n"
    "  syncline status                                  what is it doing?\n"
    "\n"
    "Commands that read or change the store speak with the running hub; when none runs they open the store "
    "themselves.\n"
    "`syncline COMMAND --help` shows a command's options and an example.\n\n";

/// CLI11's help, without two empty lines in a row.
class HelpText : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    return CLI::detail::find_and_replace(CLI::Formatter::make_help(app, std::move(name), mode), "\n\n\n", "\n\n");
  }
};

/// The innermost command that was given.
CLI::App& innermost(CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : innermost(*given.front());
}

std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + " " + app.get_name();
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string line;
  for (const std::string& name : names) line += (line.empty() ? "" : ", ") + name;
  return line;
}

std::string near_miss(const CLI::App& app, const std::string& word) {
  if (!word.starts_with("-")) return base::did_you_mean(word, command_names(app));
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  return base::did_you_mean(word, known);
}

}  // namespace

struct CommandLine::Impl {
  Impl(std::ostream& out, std::ostream& err) : cli{out, err, {}, {}, {}}, app(kAbout, "syncline") {
    app.formatter(std::make_shared<HelpText>());
    app.footer(kStart + exit_codes_text());
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Positionals", "Arguments");
    app.get_formatter()->column_width(26);
    app.set_help_flag("-h,--help", "This text");
    app.set_version_flag("--version", version_text(), "The version");
    app.require_subcommand(0, 1);
    add_config_options(cli, app);
    for (const auto add : {add_run,     add_check_config, add_migrate,   add_store,    add_status,  add_audit,
                           add_prune,   add_records,      add_history,   add_explain,  add_profile, add_plan,
                           add_resync,  add_waiting,      add_conflicts, add_curation, add_erase,   add_dead_letters,
                           add_sources, add_priority,     add_plugins,   add_version})
      add(cli, app);
  }

  ExitCode misused(const std::string& what) {
    CLI::App& given = innermost(app);
    const auto unexpected = given.remaining();
    const std::string hint = unexpected.empty() ? "" : near_miss(given, unexpected.front());
    cli.err << "syncline: " << what << hint << "\nsee " << path_of(given) << " --help\n";
    return ExitCode::kUsage;
  }

  std::optional<ExitCode> parse(std::vector<std::string> arguments) {
    if (arguments.empty()) {
      cli.err << app.help();
      return ExitCode::kUsage;
    }
    std::reverse(arguments.begin(), arguments.end());  // what CLI11 wants
    try {
      app.parse(std::move(arguments));
    } catch (const CLI::Success& asked) {
      app.exit(asked, cli.out, cli.err);
      return ExitCode::kOk;
    } catch (const CLI::ParseError& error) {
      return misused(error.what());
    }
    if (cli.chosen) return std::nullopt;
    const CLI::App& group = innermost(app);
    return misused(path_of(group) + " needs one of its commands: " + listed(command_names(group)));
  }

  ExitCode run() {
    try {
      return cli.chosen();
    } catch (const CommandError& error) {
      cli.err << error.what() << '\n';
      return error.code();
    } catch (const store::StoreError& error) {
      cli.err << error.what() << '\n';
      return ExitCode::kAway;
    } catch (const std::exception& error) {
      cli.err << "syncline: " << error.what() << '\n';
      return ExitCode::kAway;
    }
  }

  Cli cli;
  CLI::App app;
};

CommandLine::CommandLine(std::ostream& out, std::ostream& err) : impl_(std::make_unique<Impl>(out, err)) {}
CommandLine::~CommandLine() = default;

std::optional<ExitCode> CommandLine::parse(std::vector<std::string> arguments) {
  return impl_->parse(std::move(arguments));
}
ExitCode CommandLine::run() { return impl_->run(); }
const std::vector<std::string>& CommandLine::examples() const { return impl_->cli.examples; }

int run_command_line(std::vector<std::string> arguments, std::ostream& out, std::ostream& err) {
  CommandLine line(out, err);
  const auto ended = line.parse(std::move(arguments));
  return static_cast<int>(ended ? *ended : line.run());
}

}  // namespace hub::app
