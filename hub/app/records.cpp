#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/table.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;

/// The command line that gave this list, for the next page.
std::string list_command(const Arguments& args) {
  std::string command = "syncline records list --limit " + std::to_string(args.limit);
  if (!args.entity.empty()) command += " --entity " + args.entity;
  return command + (args.deleted ? " --deleted" : "");
}

ExitCode list_records(Cli& cli) {
  Query query;
  query.page(cli.args).add("entity", cli.args.entity).add("deleted", cli.args.deleted ? "true" : "");
  const ApiClient::Answer answer = connect(cli).get("/api/records" + query.text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  Table table({{"ENTITY"},
               {"EXTERNAL ID"},
               {"VERSION", Fit::kRight},
               {"LAST SOURCE"},
               {"UPDATED (UTC)"},
               {"FIELDS", Fit::kCut}});
  for (const Json& record : items_of(answer.json, "items"))
    table.add({cell(record, "entity"), cell(record, "externalId"), cell(record, "version"), cell(record, "lastSource"),
               time_cell(record, "updatedAt"), cell(record, "fields")});
  table.print(cli.out);
  if (table.empty()) cli.out << "no records\n";
  write_next(cli, answer.json, list_command(cli.args));
  return ExitCode::kOk;
}

void write_fields(std::ostream& out, const Json& record) {
  Table table({{"FIELD"}, {"VALUE", Fit::kCut}, {"FROM"}, {"VERSION", Fit::kRight}, {"AT (UTC)"}, {"CHANGE"}});
  const Json* fields = record.find("fields");
  const Json* provenance = record.find("provenance");
  if (fields == nullptr) return;
  for (const auto& [name, value] : fields->members) {
    const Json* from = provenance == nullptr ? nullptr : provenance->find(name);
    const Json& stamp = from == nullptr ? Json{} : *from;
    table.add({name, cell(value), cell(stamp, "source"), cell(stamp, "version"), time_cell(stamp, "at"),
               cell(stamp, "changeId")});
  }
  table.print(out);
}

void write_sources(std::ostream& out, const Json& record) {
  Table links({{"AT SOURCE"}, {"NATIVE ID"}, {"AGREED VERSION", Fit::kRight}, {"HOLDS", Fit::kCut}});
  for (const Json& link : items_of(record, "links"))
    links.add({cell(link, "source"), cell(link, "nativeId"), cell(link, "baseVersion"),
               cell(link, "deleted") == "true" ? "deleted" : cell(link, "shadow")});
  Table pending({{"PENDING FOR"}, {"STATE"}, {"ATTEMPT", Fit::kRight}, {"DUE (UTC)"}, {"LAST ERROR", Fit::kCut}});
  for (const Json& delivery : items_of(record, "pending"))
    pending.add({cell(delivery, "target"), cell(delivery, "state"), cell(delivery, "attempt"),
                 time_cell(delivery, "dueAt"), cell(delivery, "lastError")});
  for (const Table* table : {&links, &pending}) {
    if (!table->empty()) out << '\n';
    table->print(out);
  }
}

ExitCode show_record(Cli& cli) {
  const std::string target = path({"api", "records", cli.args.entity, cli.args.id});
  const ApiClient::Answer answer = connect(cli).get(target + Query().add("at", cli.args.at).text());
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& record = answer.json;
  cli.out << printable(cell(record, "entity") + " " + cell(record, "externalId")) << ": version "
          << cell(record, "version") << ", etag " << cell(record, "etag") << ", last written by "
          << cell(record, "lastSource") << "\n\n";
  if (const std::string id = cell(record, "externalId"); id != cli.args.id)
    cli.out << printable(cli.args.id) << " was merged into it\n\n";
  write_fields(cli.out, record);
  write_sources(cli.out, record);
  return ExitCode::kOk;
}

}  // namespace

void add_records(Cli& cli, CLI::App& root) {
  CLI::App& group = add_group(root, "records", "The canonical records: list, show, history", kLook);
  CLI::App& list = add_command(cli, group, "list", "Records by entity and external id",
                               {"syncline records list --entity client --limit 20"}, list_records);
  list.add_option("--entity", cli.args.entity, "Only this entity")->option_text("ENTITY");
  list.add_flag("--deleted", cli.args.deleted, "Deleted records too");
  add_page_options(cli, list);
  CLI::App& show = add_command(
      cli, group, "show",
      "A record: its fields and where each came from, what every source holds, "
      "what is on its way",
      {"syncline records show client CUST-001", "syncline records show client CUST-001 --at 2026-11-24T10:00:00Z"},
      show_record);
  add_record_arguments(cli, show);
  show.add_option("--at", cli.args.at, "The record as it was at this time")->option_text("TIME");
  add_history(cli, group);
  add_usual_options(cli, {&list, &show});
}

}  // namespace hub::app
