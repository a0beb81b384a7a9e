#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/field_values.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>
#include <set>

namespace hub::app {

namespace {

using model::Json;

ExitCode list_conflicts(Cli& cli) {
  const std::string& state = cli.args.state;
  const auto query = Query().page(cli.args).add("state", state == "all" ? "" : state).text();
  const ApiClient::Answer answer = connect(cli).get("/api/conflicts" + query);
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table(
      {{"ID"}, {"STATE"}, {"ENTITY"}, {"EXTERNAL ID"}, {"FROM"}, {"OP"}, {"FIELDS", Fit::kCut}, {"OPENED (UTC)"}});
  if (const Json* items = answer.json.find("items"))
    for (const Json& conflict : items->items)
      table.add({cell(conflict, "id"), cell(conflict, "state"), cell(conflict, "entity"), cell(conflict, "externalId"),
                 cell(conflict, "source"), cell(conflict, "op"), cell(conflict, "fields"),
                 time_cell(conflict, "openedAt")});
  table.print(cli.out);
  if (table.empty()) cli.out << (state == "all" ? "no conflicts\n" : "no " + state + " conflicts\n");
  write_next(cli, answer.json,
             "syncline conflicts list --state " + state + " --limit " + std::to_string(cli.args.limit));
  return ExitCode::kOk;
}

const Json& member(const Json& object, std::string_view name) {
  static const Json kNull;
  const Json* found = object.find(name);
  return found == nullptr ? kNull : *found;
}

void write_values(std::ostream& out, const Json& conflict) {
  const Json& incoming = member(conflict, "incoming");
  const Json& now = member(member(conflict, "record"), "fields");
  std::set<std::string> names;
  for (const Json* fields : {&incoming, &member(conflict, "canonicalThen")})
    for (const auto& [name, value] : fields->members) names.insert(name);
  Table table({{"FIELD"}, {"INCOMING", Fit::kCut}, {"CANONICAL THEN", Fit::kCut}, {"CANONICAL NOW", Fit::kCut}});
  for (const std::string& name : names)
    table.add({name, cell(incoming, name), cell(member(conflict, "canonicalThen"), name), cell(now, name)});
  table.print(out);
}

ExitCode show_conflict(Cli& cli) {
  const ApiClient::Answer answer = connect(cli).get(path({"api", "conflicts", cli.args.id}));
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& conflict = answer.json;
  const Json& record = member(conflict, "record");
  const std::string id = printable(cell(conflict, "id"));
  Table facts({{""}, {""}});
  facts.add({"conflict", id + ", " + cell(conflict, "state")});
  facts.add({"record",
             cell(conflict, "entity") + " " + cell(conflict, "externalId") + ", version " + cell(record, "version")});
  facts.add({"incoming", cell(conflict, "op") + " from " + cell(conflict, "source")});
  facts.add({"fields", cell(conflict, "fields")});
  facts.add({"opened", time_cell(conflict, "openedAt")});
  if (cell(conflict, "state") != "open")
    facts.add({"closed", time_cell(conflict, "closedAt") + " by " + cell(conflict, "closedBy") + ": " +
                             cell(conflict, "outcome")});
  facts.print(cli.out);
  cli.out << '\n';
  write_values(cli.out, conflict);
  if (cell(conflict, "state") == "open" && cell(conflict, "kind") == "identity") {
    const std::string resolve = "syncline conflicts resolve " + id;
    cli.out << "\nnobody can tell which record it is about; to settle it:\n";
    for (const Json& candidate : member(conflict, "candidates").items)
      cli.out << "  " << resolve << " --link " << printable(candidate.text) << '\n';
    cli.out << "  " << resolve << " --take create\n";
  } else if (cell(conflict, "state") == "open") {
    const std::string resolve = "syncline conflicts resolve " + id + " --etag " + printable(cell(record, "etag"));
    cli.out << "\nto settle it:\n  " << resolve << " --take incoming\n  " << resolve << " --take canonical\n  "
            << resolve << " --field NAME=VALUE …\n";
  }
  return ExitCode::kOk;
}

ExitCode resolve_conflict(Cli& cli) {
  const Arguments& args = cli.args;
  const bool own_values = !args.fields.empty() || !args.cleared.empty();
  if (own_values + !args.take.empty() + !args.link.empty() != 1)
    throw CommandError(
        ExitCode::kUsage,
        "say what wins: --take incoming, --take canonical, or --field NAME=VALUE; or which record it is: "
        "--link ID, or --take create");
  const config::Config config = load_config(args);
  const ApiClient client = ApiClient::connect(config);
  const std::string conflict = path({"api", "conflicts", args.id});
  model::JsonWriter body;
  body.begin_object().member("take", own_values ? "fields" : args.link.empty() ? args.take : "link");
  if (!args.link.empty()) body.member("externalId", args.link);
  if (own_values) body.key("fields").raw(field_values(args, config.entity(cell(client.get(conflict).json, "entity"))));
  const auto answer = client.call({"POST", conflict + "/resolve", body.end_object().take(), args.etag});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  cli.out << "conflict " << printable(args.id) << " is settled";
  if (const Json* version = answer.json.find("version"))
    cli.out << ": " << printable(cell(answer.json, "entity") + " " + cell(answer.json, "externalId"))
            << " is at version " << version->text;
  cli.out << '\n';
  return ExitCode::kOk;
}

}  // namespace

void add_conflicts(Cli& cli, CLI::App& root) {
  CLI::App& group = add_group(root, "conflicts", "Changes that a person must settle: list, show, resolve", kDecide);
  cli.args.state = "open";
  CLI::App& list = add_command(cli, group, "list", "Conflicts, the open ones unless --state says otherwise",
                               {"syncline conflicts list", "syncline conflicts list --state all"}, list_conflicts);
  list.add_option("--state", cli.args.state, "open, resolved, overtaken or all; default open")
      ->option_text("STATE")
      ->check(CLI::IsMember({"open", "resolved", "overtaken", "all"}));
  add_page_options(cli, list);
  CLI::App& show = add_command(cli, group, "show", "The values that stand against each other, and how to settle it",
                               {"syncline conflicts show CRM:4"}, show_conflict);
  CLI::App& resolve =
      add_command(cli, group, "resolve", "Settles a conflict as a new version, which goes out to every source",
                  {"syncline conflicts resolve CRM:4 --take incoming",
                   "syncline conflicts resolve CRM:4 --field email=ann@example.org --clear phone",
                   "syncline conflicts resolve LocalDB:9 --link CUST-001"},
                  resolve_conflict);
  resolve
      .add_option("--take", cli.args.take,
                  "incoming: the change wins; canonical: the record stays as it is; create: it is a record of its own")
      ->option_text("WHICH")
      ->check(CLI::IsMember({"incoming", "canonical", "create"}));
  resolve.add_option("--link", cli.args.link, "The record that a change of unclear identity is about")
      ->option_text("EXTERNAL-ID");
  add_field_options(cli, resolve);
  resolve
      .add_option("--etag", cli.args.etag,
                  "The record's etag as `show` gave it: refused when the record moved on since")
      ->option_text("ETAG");
  for (CLI::App* command : {&show, &resolve})
    add_argument(*command, "ID", cli.args.id, "The conflict's id, such as CRM:4");
  for (CLI::App* command : {&list, &show, &resolve}) {
    add_json_option(cli, *command);
    add_config_options(cli, *command);
  }
}

}  // namespace hub::app
