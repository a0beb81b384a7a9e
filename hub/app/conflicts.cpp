#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/conflict_filter.hpp"
#include "hub/app/table.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <ostream>

namespace hub::app {

namespace {

using model::Json;

ExitCode group_conflicts(Cli& cli) {
  const std::string& by = cli.args.by;
  const auto query = filter_query(cli.args, cli.args.field).add("group", by).text();
  const ApiClient::Answer answer = connect(cli).get("/api/conflicts" + query);
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  std::string title = by;
  std::transform(title.begin(), title.end(), title.begin(), [](char c) { return static_cast<char>(c + 'A' - 'a'); });
  Table table({{title}, {"OPEN", Fit::kRight}, {"OLDEST (UTC)"}});
  for (const Json& group : items_of(answer.json, "items"))
    table.add({by != "field"            ? cell(group, by)
               : cell(group, by) == "-" ? cell(group, "entity") + " as a whole"
                                        : cell(group, "entity") + "." + cell(group, by),
               cell(group, "count"), time_cell(group, "oldestAt")});
  table.print(cli.out);
  if (table.empty()) cli.out << "no open conflicts\n";
  return ExitCode::kOk;
}

ExitCode list_conflicts(Cli& cli) {
  const Arguments& args = cli.args;
  if (!args.by.empty() && args.state != "open")
    throw CommandError(ExitCode::kUsage, "--by counts open conflicts: leave --state out");
  if (!args.by.empty()) return group_conflicts(cli);
  auto query = filter_query(args, args.field);
  query.page(args).add("state", args.state == "all" ? "" : args.state);
  const ApiClient::Answer answer = connect(cli).get("/api/conflicts" + query.text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table(
      {{"ID"}, {"STATE"}, {"KIND"}, {"ENTITY"}, {"EXTERNAL ID"}, {"FROM"}, {"FIELDS", Fit::kCut}, {"OPENED (UTC)"}});
  for (const Json& conflict : items_of(answer.json, "items"))
    table.add({cell(conflict, "id"), cell(conflict, "state"), cell(conflict, "kind"), cell(conflict, "entity"),
               cell(conflict, "externalId"), cell(conflict, "source"), cell(conflict, "fields"),
               time_cell(conflict, "openedAt")});
  table.print(cli.out);
  if (table.empty()) cli.out << (args.state == "all" ? "no conflicts\n" : "no " + args.state + " conflicts\n");
  write_next(cli, answer.json,
             "syncline conflicts list --state " + args.state + filter_words(args, args.field) + " --limit " +
                 std::to_string(args.limit));
  return ExitCode::kOk;
}

/// "CRM:2 version 5 at 14:03:22": which change said it.
std::string by(const Json& side) {
  if (side.kind == Json::Kind::kNull) return "-";
  const std::string source = cell(side, "source");
  const std::string change = cell(side, "changeId");
  std::string text = change.starts_with(source + ":") ? change : source + " " + change;
  if (side.find("version") != nullptr) text += " version " + cell(side, "version");
  return text + " at " + time_cell(side, "at");
}

void write_sides(std::ostream& out, const Json& conflict) {
  Table table({{"FIELD"},
               {"AGREED BEFORE", Fit::kCut},
               {"INCOMING", Fit::kCut},
               {"FROM"},
               {"CANONICAL NOW", Fit::kCut},
               {"FROM"},
               {"WHEN IT WAS OPENED", Fit::kCut}});
  const bool deletes = cell(conflict, "op") == "delete";
  for (const auto& [name, sides] : member_of(conflict, "sides").members)
    table.add({name + (cell(sides, "disputed") == "true" ? " *" : ""), cell(member_of(sides, "base"), "value"),
               deletes ? "(deleted)" : cell(member_of(sides, "incoming"), "value"), by(member_of(sides, "incoming")),
               cell(member_of(sides, "canonical"), "value"), by(member_of(sides, "canonical")),
               cell(member_of(sides, "canonicalThen"), "value")});
  if (table.empty()) return;
  out << '\n';
  table.print(out);
  out << "* in dispute\n";
}

void write_ways_out(std::ostream& out, const Json& conflict) {
  const std::string kind = cell(conflict, "kind");
  const std::string resolve = "syncline conflicts resolve " + printable(cell(conflict, "id")) + " --etag " +
                              printable(cell(conflict, "etag")) + " ";
  const auto way = [&](const std::string& words, const std::string& what) {
    out << "  " << resolve << words << "    # " << what << '\n';
  };
  out << "\nto settle it:\n";
  if (kind == "identity") {
    for (const Json& candidate : items_of(conflict, "candidates"))
      way("--link " + printable(candidate.text), "it is that record");
    if (const auto& candidates = items_of(conflict, "candidates"); candidates.size() > 1)
      way("--merge " + printable(candidates.front().text), "all of these are that record: they are merged into it");
    return way("--take create", "it is a record of its own");
  }
  if (kind == "delete_vs_edit") {
    way("--take incoming", "the record is deleted");
    return way("--take canonical", "it stays");
  }
  if (kind == "reference_cycle") {
    way("--take incoming", "without the references that close the circle; they are set once the records are there");
    return way("--take canonical", "the change is dropped");
  }
  way("--take incoming", "the change wins");
  way("--take canonical", "the record stays as it is");
  const auto& fields = items_of(conflict, "fields");
  if (fields.size() > 1) {
    std::string each;
    for (const Json& field : fields) each += "--take " + printable(field.text) + "=incoming|canonical ";
    way(each.substr(0, each.size() - 1), "field by field");
  }
  way("--field NAME=VALUE …", "other values");
}

ExitCode show_conflict(Cli& cli) {
  const ApiClient::Answer answer = connect(cli).get(path({"api", "conflicts", cli.args.id}));
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& conflict = answer.json;
  const Json& record = member_of(conflict, "record");
  const bool open = cell(conflict, "state") == "open";
  Table facts({{""}, {""}});
  facts.add({"conflict", cell(conflict, "id") + ", " + cell(conflict, "kind") + ", " + cell(conflict, "state")});
  facts.add({"record", cell(conflict, "entity") + " " + cell(conflict, "externalId") +
                           (record.kind == Json::Kind::kNull    ? ", there is none yet"
                            : cell(record, "deleted") == "true" ? ", deleted at version " + cell(record, "version")
                                                                : ", version " + cell(record, "version"))});
  facts.add({"incoming", cell(conflict, "op") + " from " + cell(conflict, "source") + ", change " +
                             cell(conflict, "changeId") + " at " + time_cell(conflict, "receivedAt")});
  facts.add({"open since", time_cell(conflict, "openedAt")});
  if (!open) {
    const std::string decided = cell(conflict, "decided");
    facts.add({"closed", time_cell(conflict, "closedAt") + " by " + cell(conflict, "closedBy") + ": " +
                             cell(conflict, "outcome") + (decided.empty() ? "" : " (" + decided + ")")});
  }
  facts.print(cli.out);
  write_sides(cli.out, conflict);
  if (open) write_ways_out(cli.out, conflict);
  return ExitCode::kOk;
}

}  // namespace

void add_conflicts(Cli& cli, CLI::App& root) {
  CLI::App& group =
      add_group(root, "conflicts", "Changes that a person must settle: list, show, resolve, rule", kDecide);
  cli.args.state = "open";
  CLI::App& list = add_command(cli, group, "list", "Conflicts, the open ones unless --state says otherwise",
                               {"syncline conflicts list", "syncline conflicts list --by field",
                                "syncline conflicts list --kind field --source ERP --field email"},
                               list_conflicts);
  list.add_option("--state", cli.args.state, "open, resolved, overtaken or all; default open")
      ->option_text("STATE")
      ->check(CLI::IsMember({"open", "resolved", "overtaken", "all"}));
  list.add_option("--by", cli.args.by, "Counts the open ones instead, by field, source, entity or kind")
      ->option_text("WHAT")
      ->check(CLI::IsMember({"field", "source", "entity", "kind"}));
  list.add_option("--field", cli.args.field, "Only those in which this field is in dispute")->option_text("FIELD");
  add_filter_options(cli, list);
  add_page_options(cli, list);
  CLI::App& show =
      add_command(cli, group, "show", "What stands against each other, who wrote it and when, and how to settle it",
                  {"syncline conflicts show CRM:4"}, show_conflict);
  add_argument(show, "ID", cli.args.id, "The conflict's id, such as CRM:4");
  add_usual_options(cli, {&list, &show});
  add_conflict_decisions(cli, group);
}

}  // namespace hub::app
