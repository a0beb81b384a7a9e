#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

ExitCode erase(Cli& cli) {
  model::JsonWriter body;
  body.begin_object().member("reason", cli.args.reason).member("keepAtSources", cli.args.keep_at_sources);
  body.member("dryRun", !cli.args.apply).end_object();
  const std::string target = path({"api", "records", cli.args.entity, cli.args.id, "erase"});
  const std::string etag = cli.args.etag.empty() ? "*" : cli.args.etag;
  const auto answer = connect(cli).call({"POST", target, body.take(), etag});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const std::string name = printable(cli.args.entity + " " + cli.args.id);
  const std::string changes = counted(cell(answer.json, "changes"), "change");
  if (!cli.args.apply) {
    cli.out << "would erase the values of " << name << " and of " << changes << " of its past, for good"
            << (cli.args.keep_at_sources ? "" : ", and have its sources delete it") << "; to do it, add --apply\n";
    return ExitCode::kOk;
  }
  cli.out << "the values of " << name << " and of " << changes << " are erased; " << cell(answer.json, "changeId")
          << " is the entry on record\n";
  if (cell(answer.json, "logCleared") == "false")
    cli.out << "a reader held the store's log up: older states are in it until its next checkpoint\n";
  return ExitCode::kOk;
}

}  // namespace

void add_erase(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(
      cli, root, "erase",
      "Erases all values of a record, everywhere in the store, and leaves which changes there were; first without "
      "--apply, to see how much it is",
      {"syncline erase client CUST-003 --reason \"request of 2026-11-24\"",
       "syncline erase client CUST-003 --reason \"request of 2026-11-24\" --apply"},
      erase);
  put_under(command, kDecide);
  add_record_arguments(cli, command);
  command.add_option("--reason", cli.args.reason, "Why; stays on record, so name nobody")
      ->option_text("TEXT")
      ->required();
  command.add_flag("--keep-at-sources", cli.args.keep_at_sources, "Do not have the sources delete the record");
  command.add_option("--etag", cli.args.etag, "Only if the record is as it was shown then")->option_text("ETAG");
  command.add_flag("--apply", cli.args.apply, "Do it");
  add_usual_options(cli, {&command});
}

}  // namespace hub::app
