#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/table.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;

/// One field: what it is, and every change that spoke of it, newest first.
void write_field(std::ostream& out, const std::string& name, const Json& field) {
  out << '\n' << printable(name) << " = " << printable(cell(field, "value"));
  if (field.find("computedFrom") != nullptr) out << ", computed from " << printable(cell(field, "computedFrom"));
  out << '\n';
  Table table({{"AT (UTC)"},
               {"SOURCE"},
               {"CHANGE"},
               {"VERSION", Fit::kRight},
               {"VALUE", Fit::kCut},
               {"OUTCOME"},
               {"RULE"},
               {"REPLACED", Fit::kCut}});
  for (const Json& contest : items_of(field, "contests"))
    table.add({time_cell(contest, "at"), cell(contest, "source"), cell(contest, "changeId"), cell(contest, "version"),
               cell(contest, "value"), cell(contest, "won") == "true" ? "won" : "lost", cell(contest, "rule"),
               cell(contest, "replaced")});
  table.print(out);
}

ExitCode explain(Cli& cli) {
  const std::string target = path({"api", "records", cli.args.entity, cli.args.id, "explain"});
  const ApiClient::Answer answer = connect(cli).get(target + Query().add("field", cli.args.field).text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& record = answer.json;
  cli.out << printable(cell(record, "entity") + " " + cell(record, "externalId")) << ": version "
          << cell(record, "version") << (cell(record, "deleted") == "true" ? ", deleted" : "") << '\n';
  for (const auto& [name, field] : member_of(record, "fields").members) write_field(cli.out, name, field);
  Table delivered({{"DELIVERED TO"},
                   {"VERSION", Fit::kRight},
                   {"STATUS"},
                   {"ATTEMPTS", Fit::kRight},
                   {"AT (UTC)"},
                   {"MESSAGE", Fit::kCut}});
  for (const Json& delivery : items_of(record, "delivered"))
    delivered.add({cell(delivery, "target"), cell(delivery, "version"), cell(delivery, "status"),
                   cell(delivery, "attempts"), time_cell(delivery, "at"), cell(delivery, "message")});
  if (!delivered.empty()) cli.out << '\n';
  delivered.print(cli.out);
  if (cell(record, "complete") == "false")
    cli.out << "\nits past is longer than this: syncline records history " << printable(cli.args.entity) << ' '
            << printable(cli.args.id) << '\n';
  return ExitCode::kOk;
}

}  // namespace

void add_explain(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(
      cli, root, "explain", "Why a record's fields have their values: who wrote what, which rule settled it, who lost",
      {"syncline explain client CUST-003", "syncline explain client CUST-003 email"}, explain);
  command.group(kLook);
  add_record_arguments(cli, command);
  command.add_option("FIELD", cli.args.field, "Only this field")->option_text(" ");
  add_usual_options(cli, {&command});
}

}  // namespace hub::app
