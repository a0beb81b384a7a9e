#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/source_table.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

ExitCode list_sources(Cli& cli) {
  const ApiClient::Answer answer = connect(cli).get("/api/sources");
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  if (const model::Json* items = answer.json.find("items")) write_sources(cli.out, *items);
  return ExitCode::kOk;
}

/// Calls `…/{source}/{verb}` and says what is so now.
ExitCode tell(Cli& cli, const ApiClient& client, const std::string& verb, const std::string& body,
              const std::string& done) {
  const ApiClient::Answer answer = client.call({"POST", path({"api", "sources", cli.args.source, verb}), body, {}});
  if (!wrote_json(cli, answer)) cli.out << printable(cli.args.source) << ' ' << done << '\n';
  return ExitCode::kOk;
}

ExitCode pause(Cli& cli) {
  model::JsonWriter body;
  body.begin_object();
  if (!cli.args.reason.empty()) body.member("reason", cli.args.reason);
  return tell(cli, connect(cli), "pause", body.end_object().take(),
              "is paused: nothing is pulled from it or pushed to it until `syncline sources resume`");
}

ExitCode resume(Cli& cli) { return tell(cli, connect(cli), "resume", {}, "goes on"); }

ExitCode approve_deletes(Cli& cli) {
  model::JsonWriter body;
  body.begin_object();
  if (cli.args.max > 0) body.member("max", cli.args.max);
  if (!cli.args.duration.empty()) body.member("for", cli.args.duration);
  const ApiClient::Answer answer = connect(cli).call(
      {"POST", path({"api", "sources", cli.args.source, "approve-deletes"}), body.end_object().take(), {}});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  cli.out << printable(cli.args.source) << ": the deletes are on their way, everywhere; "
          << cell(answer.json, "heldDeletes") << " are held\n";
  if (const model::Json* approval = answer.json.find("deleteApproval"))
    cli.out << cell(*approval, "remaining") << " more pass without asking until " << time_cell(*approval, "until")
            << " UTC\n";
  return ExitCode::kOk;
}

ApiClient connect_to_running(const Cli& cli) {
  ApiClient client = connect(cli);
  if (client.hub_runs()) return client;
  throw CommandError(ExitCode::kAway,
                     "no hub runs on this store, and only a running one pulls: start it with `syncline run`");
}

ExitCode pull(Cli& cli) { return tell(cli, connect_to_running(cli), "pull", {}, "is being pulled now"); }

ExitCode resync(Cli& cli) {
  if (cli.args.snapshot)
    return tell(cli, connect_to_running(cli), "resync", R"({"snapshot": true})",
                "is being compared, row by row; what is gone there is deleted, within pull.max_deletes");
  return tell(cli, connect_to_running(cli), "resync", {},
              "is being pulled from the start; what is known already changes nothing");
}

ExitCode set_priority(Cli& cli) {
  const std::string body = model::JsonWriter().begin_object().member("priority", cli.args.priority).end_object().take();
  const ApiClient::Answer answer =
      connect(cli).call({"PUT", path({"api", "sources", cli.args.source, "priority"}), body, {}});
  if (!wrote_json(cli, answer))
    cli.out << printable(cli.args.source) << " has priority " << cli.args.priority << " from the next change on\n";
  return ExitCode::kOk;
}

CLI::App& add_source_command(Cli& cli, CLI::App& group, const std::string& name, const std::string& text,
                             const std::string& example, Action action) {
  CLI::App& command = add_command(cli, group, name, text, {example}, action);
  add_argument(command, "SOURCE", cli.args.source, "The source, as the configuration calls it");
  add_json_option(cli, command);
  add_config_options(cli, command);
  return command;
}

}  // namespace

void add_sources(Cli& cli, CLI::App& root) {
  CLI::App& group =
      add_group(root, "sources", "The connected systems: list, pause, resume, pull, resync, approve-deletes", kConnect);
  CLI::App& list = add_command(cli, group, "list", "Every source with its state, priority and pending deliveries",
                               {"syncline sources list"}, list_sources);
  add_json_option(cli, list);
  add_config_options(cli, list);
  add_source_command(cli, group, "pause", "Stops pulling from a source and pushing to it; its deliveries wait",
                     "syncline sources pause ERP --reason 'maintenance until 18:00'", pause)
      .add_option("--reason", cli.args.reason, "Why, for who looks at it later")
      ->option_text("TEXT");
  add_source_command(cli, group, "resume", "Goes on with a paused source", "syncline sources resume ERP", resume);
  add_source_command(cli, group, "pull", "Pulls from a source now instead of at its next time; needs the running hub",
                     "syncline sources pull LocalDB", pull);
  add_source_command(cli, group, "resync",
                     "Pulls everything from a source again, from the start; needs the running hub",
                     "syncline sources resync LocalDB", resync)
      .add_flag("--snapshot", cli.args.snapshot,
                "Compare all rows with what the hub knows: those that are gone are deletes");
  CLI::App& approve =
      add_source_command(cli, group, "approve-deletes",
                         "Applies the deletes of a source that the brake on mass deletes holds (`syncline waiting`)",
                         "syncline sources approve-deletes LocalDB --max 500 --for 1h", approve_deletes);
  approve.add_option("--max", cli.args.max, "At most so many; without it, as many as are held now")
      ->option_text("N")
      ->check(CLI::Range(1, 1'000'000'000));
  approve
      .add_option("--for", cli.args.duration,
                  "How long the rest of --max stands for deletes that come later, such as 30m; default 1h")
      ->option_text("TIME");
}

void add_priority(Cli& cli, CLI::App& root) {
  CLI::App& group = add_group(root, "priority", "Whose value wins where two sources wrote the same version", kDecide);
  CLI::App& set = add_source_command(cli, group, "set",
                                     "Gives a source a priority; lower is better. Counts from the next change on",
                                     "syncline priority set LocalDB 1", set_priority);
  set.add_option("N", cli.args.priority, "The priority, a whole number; 1 is better than 2")
      ->required()
      ->option_text(" ")
      ->check(CLI::Range(0, 1'000'000));
}

}  // namespace hub::app
