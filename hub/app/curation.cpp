#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;
using model::JsonWriter;

std::string record_path(const Arguments& args) { return path({"api", "records", args.entity, args.id}); }

void write_rows(std::ostream& out, const Json& answer, std::string_view member, const char* what) {
  for (const Json& row : items_of(answer, member))
    out << "  " << printable(cell(row, "source")) << ' ' << printable(cell(row, "nativeId")) << ' ' << what << '\n';
}

void write_merge(Cli& cli, const Json& answer, const std::string& heading) {
  cli.out << printable(heading) << '\n';
  if (const Json* fields = answer.find("fields"))
    for (const auto& [name, value] : fields->members)
      cli.out << "  " << printable(name) << " = " << printable(cell(value)) << '\n';
  write_rows(cli.out, answer, "movedRows", "now stands for it");
  write_rows(cli.out, answer, "deletedRows", "is deleted there: the source has a row of the other one");
  for (const Json& record : items_of(answer, "repointed"))
    cli.out << "  " << printable(cell(record, "entity") + " " + cell(record, "externalId")) << " refers to it now\n";
}

ExitCode merge(Cli& cli) {
  const ApiClient client = connect(cli);
  const std::string record = record_path(cli.args);
  const std::string etag = cli.args.etag.empty() ? cell(client.get(record).json, "etag") : cli.args.etag;
  JsonWriter body;
  body.begin_object().member("absorb", cli.args.link).key("take").begin_array();
  for (const std::string& field : cli.args.fields) body.text(field);
  const auto answer = client.call({"POST", record + "/merge", body.end_array().end_object().take(), etag});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const std::string into = cell(answer.json, "entity") + " " + cell(answer.json, "externalId");
  write_merge(
      cli, answer.json,
      cell(answer.json, "alias") + " is merged into " + into + ", now at version " + cell(answer.json, "version"));
  cli.out << "to take it back: syncline unmerge " << printable(cli.args.entity + " " + cli.args.link) << '\n';
  return ExitCode::kOk;
}

ExitCode unmerge(Cli& cli) {
  const auto answer = connect(cli).call({"POST", record_path(cli.args) + "/unmerge", {}, {}});
  if (!wrote_json(cli, answer))
    write_merge(cli, answer.json,
                cli.args.id + " is a record of its own again, apart from " + cell(answer.json, "externalId"));
  return ExitCode::kOk;
}

ExitCode hold(Cli& cli) {
  JsonWriter body;
  body.begin_object();
  if (!cli.args.field.empty()) body.member("field", cli.args.field);
  if (!cli.args.duration.empty()) body.member("for", cli.args.duration);
  if (!cli.args.reason.empty()) body.member("reason", cli.args.reason);
  const auto answer = connect(cli).call({"PUT", record_path(cli.args) + "/hold", body.end_object().take(), {}});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const std::string until = time_cell(answer.json, "until");
  cli.out << printable(cli.args.entity + " " + cli.args.id + (cli.args.field.empty() ? "" : ", " + cli.args.field))
          << " is on hold until " << (until == "-" ? "`syncline release`" : until)
          << "; what arrives meanwhile waits\n";
  return ExitCode::kOk;
}

ExitCode release(Cli& cli) {
  const std::string query = Query().add("field", cli.args.field).text();
  const auto answer = connect(cli).call({"DELETE", record_path(cli.args) + "/hold" + query, {}, {}});
  if (!wrote_json(cli, answer))
    cli.out << printable(cli.args.entity + " " + cli.args.id) << " is released; what waited is decided\n";
  return ExitCode::kOk;
}

ExitCode list_holds(Cli& cli) {
  const auto answer = connect(cli).get("/api/holds" + Query().page(cli.args).text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table({{"ENTITY"}, {"EXTERNAL ID"}, {"FIELD"}, {"UNTIL (UTC)"}, {"SINCE (UTC)"}, {"REASON", Fit::kCut}});
  for (const Json& held : items_of(answer.json, "items"))
    table.add({cell(held, "entity"), cell(held, "externalId"), cell(held, "field"), time_cell(held, "until"),
               time_cell(held, "placedAt"), cell(held, "reason")});
  table.print(cli.out);
  if (table.empty()) cli.out << "nothing is on hold\n";
  write_next(cli, answer.json, "syncline holds --limit " + std::to_string(cli.args.limit));
  return ExitCode::kOk;
}

ExitCode list_runs(Cli& cli) {
  const auto answer = connect(cli).get("/api/runs" + Query().page(cli.args).add("source", cli.args.source).text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table({{"RUN"}, {"KIND"}, {"STARTED (UTC)"}, {"CHANGES", Fit::kRight}});
  for (const Json& run : items_of(answer.json, "items"))
    table.add({cell(run, "id"), cell(run, "kind"), time_cell(run, "startedAt"), cell(run, "changes")});
  table.print(cli.out);
  if (table.empty()) cli.out << "no runs of " << printable(cli.args.source) << '\n';
  write_next(cli, answer.json, "syncline runs " + cli.args.source + " --limit " + std::to_string(cli.args.limit));
  return ExitCode::kOk;
}

void write_reversals(std::ostream& out, const Json& answer) {
  Table table({{"ENTITY"}, {"EXTERNAL ID"}, {"ACTION"}, {"FIELD"}, {"NOW", Fit::kCut}, {"THEN", Fit::kCut}, {"NOTE"}});
  for (const Json& record : items_of(answer, "items")) {
    const std::vector<std::string> start{cell(record, "entity"), cell(record, "externalId"), cell(record, "action")};
    const auto add = [&](const std::vector<std::string>& rest) {
      std::vector<std::string> row = start;
      row.insert(row.end(), rest.begin(), rest.end());
      table.add(std::move(row));
    };
    const Json* fields = record.find("fields");
    if (fields != nullptr)
      for (const auto& [name, change] : fields->members) add({name, cell(change, "from"), cell(change, "to"), ""});
    if (cell(record, "action") == "delete") add({"", "", "", "it was not there before"});
    for (const Json& kept : items_of(record, "kept"))
      add({cell(kept, "field"), "", "", "stays: " + cell(kept, "source") + " has written it since"});
    if (const Json* error = record.find("error")) add({"", "", "", "failed: " + error->text});
  }
  table.print(out);
}

ExitCode undo(Cli& cli) {
  const Arguments& args = cli.args;
  if (!args.change.empty() + !args.run.empty() + !args.since.empty() != 1)
    throw CommandError(ExitCode::kUsage,
                       "say what is to be undone: --change ID, --run ID --source S, or --source S --since TIME");
  JsonWriter body;
  body.begin_object();
  if (!args.change.empty()) body.member("change", args.change);
  if (!args.run.empty()) body.member("run", args.run);
  if (!args.since.empty()) body.member("since", args.since);
  if (!args.source.empty()) body.member("source", args.source);
  body.member("apply", args.apply).member("limit", args.limit);
  const auto answer = connect(cli).call({"POST", "/api/undo", body.end_object().take(), {}});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& json = answer.json;
  write_reversals(cli.out, json);
  const bool nothing = cell(json, "records") == cell(json, "unchanged");
  if (!items_of(json, "items").empty()) cli.out << '\n';
  cli.out << (args.apply ? "undone: " : "would undo: ") << counted(cell(json, "restored"), "record") << " restored, "
          << cell(json, "deleted") << " deleted, " << cell(json, "revived") << " brought back, "
          << cell(json, "unchanged") << " left as they are; " << counted(cell(json, "keptFields"), "field")
          << " written since by others\n";
  if (!args.apply && !nothing) cli.out << "nothing was changed: the same with --apply does it\n";
  return ExitCode::kOk;
}

}  // namespace

void add_curation(Cli& cli, CLI::App& root) {
  CLI::App& merging = add_command(
      cli, root, "merge", "Makes one record of two: OTHER becomes an alias of ID, which takes over what belongs to it",
      {"syncline merge client CUST-001 CUST-009", "syncline merge client CUST-001 CUST-009 --take phone"}, merge);
  add_record_arguments(cli, merging);
  add_argument(merging, "OTHER", cli.args.link, "The external id of the record that is merged into it");
  merging.add_option("--take", cli.args.fields, "A field whose value comes from OTHER; can be repeated")
      ->allow_extra_args(false)
      ->option_text("FIELD");
  merging.add_option("--etag", cli.args.etag, "The record's etag as it was shown: refused when it moved on since")
      ->option_text("ETAG");
  CLI::App& unmerging = add_command(cli, root, "unmerge", "Takes a merge back: the alias is a record of its own again",
                                    {"syncline unmerge client CUST-009"}, unmerge);
  add_record_arguments(cli, unmerging);
  CLI::App& holding = add_command(
      cli, root, "hold", "Keeps a record, or one field of it, from being synchronised; what arrives meanwhile waits",
      {"syncline hold client CUST-001 --for 2h --reason \"being checked\"",
       "syncline hold client CUST-001 --field email"},
      hold);
  holding.add_option("--for", cli.args.duration, "How long, such as 30m, 2h, 7d; default: until it is released")
      ->option_text("TIME");
  holding.add_option("--reason", cli.args.reason, "Why, for those who find it")->option_text("TEXT");
  CLI::App& releasing = add_command(cli, root, "release", "Ends a hold; what arrived meanwhile is decided now",
                                    {"syncline release client CUST-001"}, release);
  for (CLI::App* command : {&holding, &releasing}) {
    add_record_arguments(cli, *command);
    command->add_option("--field", cli.args.field, "Only this field")->option_text("NAME");
  }
  CLI::App& holds =
      add_command(cli, root, "holds", "Records and fields that are on hold", {"syncline holds"}, list_holds);
  CLI::App& runs =
      add_command(cli, root, "runs", "The pulls and batches of a source that brought changes, newest first",
                  {"syncline runs LocalDB"}, list_runs);
  add_argument(runs, "SOURCE", cli.args.source, "The source");
  for (CLI::App* command : {&holds, &runs}) add_page_options(cli, *command);
  CLI::App& undoing =
      add_command(cli, root, "undo", "Takes changes back, as new changes that go to every source; shows the plan first",
                  {"syncline undo --change CRM:4", "syncline undo --source ERP --run 1764003600123000 --apply",
                   "syncline undo --source ERP --since 2026-01-31T09:30:00Z"},
                  undo);
  undoing.add_option("--change", cli.args.change, "One change, by its id")->option_text("ID");
  undoing.add_option("--run", cli.args.run, "All of a run of --source (`syncline runs SOURCE`)")->option_text("ID");
  undoing.add_option("--since", cli.args.since, "All of --source since this time")->option_text("TIME");
  undoing.add_option("--source", cli.args.source, "Whose changes")->option_text("SOURCE");
  add_limit_option(cli, undoing, "Records to show");
  undoing.add_flag("--apply", cli.args.apply, "Do it; otherwise only the plan is shown");
  for (CLI::App* command : {&merging, &unmerging, &holding, &releasing, &holds, &runs, &undoing}) {
    command->group(command == &holds || command == &runs ? kLook : kDecide);
    add_usual_options(cli, {command});
  }
}

}  // namespace hub::app
