#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/field_values.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;

ExitCode list_letters(Cli& cli) {
  const auto query = Query().page(cli.args).add("source", cli.args.source).text();
  const ApiClient::Answer answer = connect(cli).get("/api/dead-letters" + query);
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table({{"ID"},
               {"KIND"},
               {"SOURCE"},
               {"ENTITY"},
               {"EXTERNAL ID"},
               {"ATTEMPTS", Fit::kRight},
               {"SINCE (UTC)"},
               {"REASON", Fit::kCut}});
  for (const Json& letter : items_of(answer.json, "items"))
    table.add({cell(letter, "id"), cell(letter, "kind"), cell(letter, "source"), cell(letter, "entity"),
               cell(letter, "externalId"), cell(letter, "attempts"), time_cell(letter, "deadAt"),
               cell(letter, "reason")});
  table.print(cli.out);
  if (table.empty()) cli.out << "no dead letters\n";
  write_next(cli, answer.json,
             "syncline dead-letters list --limit " + std::to_string(cli.args.limit) +
                 (cli.args.source.empty() ? "" : " --source " + cli.args.source));
  return ExitCode::kOk;
}

ExitCode show_letter(Cli& cli) {
  const ApiClient::Answer answer = connect(cli).get(path({"api", "dead-letters", cli.args.id}));
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& letter = answer.json;
  // Not in a table: reason and payload are shown whole.
  cli.out << printable(cell(letter, "kind") + " " + cell(letter, "id")) << "\n  record    "
          << printable(cell(letter, "entity") + " " + cell(letter, "externalId")) << "\n  source    "
          << printable(cell(letter, "source")) << "\n  since     " << time_cell(letter, "deadAt") << " after "
          << counted(cell(letter, "attempts"), "attempt") << "\n  reason    " << printable(cell(letter, "reason"))
          << "\n  payload   ";
  std::string payload;
  if (const Json* body = letter.find("payload")) model::append_json(payload, *body);
  cli.out << printable(payload) << '\n';
  return ExitCode::kOk;
}

ExitCode replay_all(Cli& cli) {
  model::JsonWriter body;
  body.begin_object();
  if (!cli.args.source.empty()) body.member("source", cli.args.source);
  const auto answer = connect(cli).call({"POST", "/api/dead-letters/replay", body.end_object().take(), {}});
  const std::string refused = cell(answer.json, "refused");
  if (!wrote_json(cli, answer))
    cli.out << counted(cell(answer.json, "replayed"), "dead letter") << " replayed, " << refused << " refused again\n";
  return refused == "0" || refused == "-" ? ExitCode::kOk : ExitCode::kNo;
}

ExitCode replay(Cli& cli) {
  const Arguments& args = cli.args;
  const bool mended = !args.fields.empty() || !args.cleared.empty();
  if (args.all == !args.id.empty())
    throw CommandError(ExitCode::kUsage,
                       "say which: the ID of a dead letter, or --all (with --source S for those of one source)");
  if (args.all && mended)
    throw CommandError(ExitCode::kUsage, "--field and --clear mend one dead letter: give its ID instead of --all");
  if (!args.all && !args.source.empty())
    throw CommandError(ExitCode::kUsage, "--source goes with --all; an ID names its source already");
  if (args.all) return replay_all(cli);
  const config::Config config = load_config(args);
  const ApiClient client = ApiClient::connect(config);
  const std::string letter = path({"api", "dead-letters", args.id});
  std::string body;
  if (mended) {
    const auto* entity = config.entity(cell(client.get(letter).json, "entity"));
    body = model::JsonWriter().begin_object().key("fields").raw(field_values(args, entity)).end_object().take();
  }
  const ApiClient::Answer answer = client.call({"POST", letter + "/replay", body, {}});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const std::string resolution = cell(answer.json, "resolution");
  cli.out << printable(args.id) << " is " << (resolution == "-" ? "queued again" : "resolved: " + resolution) << '\n';
  return ExitCode::kOk;
}

ExitCode discard(Cli& cli) {
  const auto answer = connect(cli).call({"DELETE", path({"api", "dead-letters", cli.args.id}), {}, {}});
  if (!wrote_json(cli, answer)) cli.out << printable(cli.args.id) << " is discarded\n";
  return ExitCode::kOk;
}

}  // namespace

void add_dead_letters(Cli& cli, CLI::App& root) {
  CLI::App& group =
      add_group(root, "dead-letters", "What is not tried again without a person: list, show, replay, discard", kDecide);
  CLI::App& list = add_command(cli, group, "list", "Dead changes and deliveries, and why they are",
                               {"syncline dead-letters list --source ERP"}, list_letters);
  add_page_options(cli, list);
  CLI::App& show = add_command(cli, group, "show", "A dead letter with the whole of its reason and payload",
                               {"syncline dead-letters show CRM:7"}, show_letter);
  CLI::App& again = add_command(
      cli, group, "replay", "Tries a dead letter again, or all of them",
      {"syncline dead-letters replay CRM:7", "syncline dead-letters replay CRM:7 --field email=ann@example.org",
       "syncline dead-letters replay --all --source ERP"},
      replay);
  again.add_option("ID", cli.args.id, "The dead letter's id, as `list` shows it")->option_text(" ");
  again.add_flag("--all", cli.args.all, "All of them");
  add_field_options(cli, again);
  for (CLI::App* command : {&list, &again})
    command->add_option("--source", cli.args.source, "Only those of this source")->option_text("SOURCE");
  CLI::App& drop = add_command(cli, group, "discard", "Gives a dead letter up for good; it stays counted",
                               {"syncline dead-letters discard CRM:7"}, discard);
  for (CLI::App* command : {&show, &drop})
    add_argument(*command, "ID", cli.args.id, "The dead letter's id, as `list` shows it");
  add_usual_options(cli, {&list, &show, &again, &drop});
}

}  // namespace hub::app
