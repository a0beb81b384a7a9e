#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/table.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;

bool is(const Json& object, std::string_view member, std::string_view value) { return cell(object, member) == value; }

/// "a@x -> b@x", or what stayed and what lost.
std::string diff_of(const Json& field) {
  const std::string from = cell(field, "from");
  const bool differs = field.find("loser") != nullptr;
  if (is(field, "taken", "true")) return differs ? from + " -> " + cell(field, "to") : from + " again";
  return differs ? from + " stays, " + cell(field, "loser") + " lost" : from + " stays";
}

/// How the change was settled, and what it made of the whole record.
std::string outcome_of(const Json& change) {
  std::string text = cell(change, "resolution");
  if (const Json* conflict = change.find("conflict")) return text + ", " + cell(*conflict, "state");
  if (is(change, "state", "superseded")) return text + ", lost";
  if (is(change, "effect", "deleted") || is(change, "effect", "revived")) text += ", " + cell(change, "effect");
  return text;
}

/// A line for each field of the change; the first says what it was.
void add_change(Table& table, const Json& change) {
  std::vector<std::string> head{time_cell(change, "at"), cell(change, "source"), "v" + cell(change, "version"),
                                outcome_of(change), cell(change, "changeId")};
  const Json* fields = change.find("decision");
  const auto add = [&](const std::string& field, const std::string& diff, const std::string& rule) {
    std::vector<std::string> row = head;
    row.insert(row.end(), {field, diff, rule});
    table.add(std::move(row));
    head.assign(head.size(), "");
  };
  if (fields != nullptr)
    for (const auto& [name, field] : fields->members) add(name, diff_of(field), cell(field, "rule"));
  if (!head.front().empty()) add("", "", "");
}

ExitCode show_history(Cli& cli) {
  const std::string target = path({"api", "records", cli.args.entity, cli.args.id, "history"});
  const ApiClient::Answer answer = connect(cli).get(target + Query().page(cli.args).add("at", cli.args.at).text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table(
      {{"AT (UTC)"}, {"SOURCE"}, {"VERSION"}, {"OUTCOME"}, {"CHANGE"}, {"FIELD"}, {"FROM -> TO", Fit::kCut}, {"RULE"}});
  if (const Json* items = answer.json.find("items"))
    for (const Json& change : items->items) add_change(table, change);
  table.print(cli.out);
  if (table.empty()) cli.out << "no changes\n";
  if (answer.json.find("erasedAt") != nullptr)
    cli.out << "its values were erased on " << cell(answer.json, "erasedAt") << '\n';
  if (is(answer.json, "complete", "false")) cli.out << "older changes were purged\n";
  write_next(cli, answer.json,
             "syncline history " + cli.args.entity + " " + cli.args.id + " --limit " + std::to_string(cli.args.limit));
  return ExitCode::kOk;
}

}  // namespace

void add_history(Cli& cli, CLI::App& parent) {
  const bool is_root = parent.get_parent() == nullptr;
  const std::string name = is_root ? "syncline history" : "syncline records history";
  CLI::App& command = add_command(
      cli, parent, "history", "Every change of a record, newest first: what it made of each field, what lost, and why",
      {name + " client CUST-001", name + " client CUST-001 --at 2026-11-24T10:00:00Z"}, show_history);
  if (is_root) put_under(command, kLook);
  add_record_arguments(cli, command);
  command.add_option("--at", cli.args.at, "Only what had been decided at this time")->option_text("TIME");
  add_page_options(cli, command);
  add_usual_options(cli, {&command});
}

}  // namespace hub::app
