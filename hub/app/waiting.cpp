#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/table.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;

/// "client CUST-001, client CUST-002".
std::string missing(const Json& change) {
  if (cell(change, "held") == "true") return "approval of deletes";
  if (cell(change, "onHold") == "true") return "release of the record";
  std::string text;
  for (const Json& key : items_of(change, "missing"))
    text += (text.empty() ? "" : ", ") + cell(key, "entity") + " " + cell(key, "externalId");
  return text;
}

ExitCode list_waiting(Cli& cli) {
  const ApiClient::Answer answer = connect(cli).get("/api/waiting" + Query().page(cli.args).text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table(
      {{"ID"}, {"ENTITY"}, {"EXTERNAL ID"}, {"WAITS FOR"}, {"SINCE (UTC)"}, {"ATTEMPTS", Fit::kRight}, {"NEXT TRY"}});
  for (const Json& change : items_of(answer.json, "items"))
    table.add({cell(change, "id"), cell(change, "entity"), cell(change, "externalId"), missing(change),
               time_cell(change, "parkedAt"), cell(change, "attempts"), time_cell(change, "nextTryAt")});
  table.print(cli.out);
  if (table.empty()) cli.out << "nothing waits\n";
  write_next(cli, answer.json, "syncline waiting list --limit " + std::to_string(cli.args.limit));
  return ExitCode::kOk;
}

}  // namespace

void add_waiting(Cli& cli, CLI::App& root) {
  CLI::App& group =
      add_command(cli, root, "waiting", "Changes that are parked until a record that they reference is there",
                  {"syncline waiting", "syncline waiting list --limit 200"}, list_waiting);
  group.require_subcommand(0, 1);
  CLI::App& list = add_command(cli, group, "list", "The same", {"syncline waiting list --json"}, list_waiting);
  group.group(kLook);
  for (CLI::App* command : {&group, &list}) add_page_options(cli, *command);
  add_usual_options(cli, {&group, &list});
}

}  // namespace hub::app
