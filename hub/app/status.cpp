#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/source_table.hpp"
#include "hub/app/table.hpp"

#include <ostream>

namespace hub::app {

namespace {

/// "applied 5, superseded 1": the members of `counters` whose names are in `names`; "none" when there is none.
std::string counts(const model::Json& counters, std::initializer_list<std::string_view> names,
                   std::string_view prefix) {
  std::string text;
  for (const std::string_view name : names)
    if (const model::Json* value = counters.find(std::string(prefix) + std::string(name)))
      text += (text.empty() ? "" : ", ") + std::string(name) + " " + value->text;
  return text.empty() ? "none yet" : text;
}

ExitCode status(Cli& cli) {
  const ApiClient client = connect(cli);
  const ApiClient::Answer answer = client.get("/api/status");
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const model::Json& now = answer.json;
  Table facts({{""}, {""}});
  facts.add({"hub", cell(now, "name") + (client.hub_runs() ? ", running" : ", not running")});
  if (const model::Json* counters = now.find("counters")) {
    facts.add(
        {"changes",
         counts(*counters, {"acknowledged", "applied", "superseded", "no_change", "conflict", "waiting", "dead"}, "")});
    facts.add({"deliveries",
               counts(*counters, {"created", "applied", "merged", "unneeded", "dead", "discarded"}, "deliveries_")});
  }
  facts.add({"to decide", counted(cell(now, "openConflicts"), "open conflict") + ", " +
                              counted(cell(now, "deadLetters"), "dead letter")});
  facts.add({"waiting", counted(cell(now, "waiting"), "change")});
  facts.print(cli.out);
  if (const model::Json* sources = now.find("sources")) {
    cli.out << '\n';
    write_sources(cli.out, *sources);
  }
  return ExitCode::kOk;
}

}  // namespace

void add_status(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(cli, root, "status", "What the hub has done, what waits, and how each source is",
                                  {"syncline status", "syncline status --json"}, status);
  put_under(command, kLook);
  add_json_option(cli, command);
  add_config_options(cli, command);
}

}  // namespace hub::app
