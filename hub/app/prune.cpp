#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using model::Json;

std::int64_t number(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? 0 : std::stoll(member->text);
}

ExitCode prune(Cli& cli) {
  const ApiClient client = connect(cli);
  std::int64_t changes = 0;
  std::int64_t deliveries = 0;
  std::string cursor;
  do {
    model::JsonWriter body;
    body.begin_object().member("dryRun", cli.args.dry_run);
    if (!cursor.empty()) body.member("cursor", cursor);
    const Json step = client.call({"POST", "/api/prune", body.end_object().take(), {}}).json;
    changes += number(step, "changes");
    deliveries += number(step, "deliveries");
    const Json* next = step.find("next");
    cursor = next == nullptr ? "" : next->text;
  } while (!cursor.empty());
  if (cli.args.json) {
    model::JsonWriter sum;
    sum.begin_object().member("dryRun", cli.args.dry_run).member("changes", changes).member("deliveries", deliveries);
    cli.out << sum.end_object().take() << '\n';
    return ExitCode::kOk;
  }
  cli.out << (cli.args.dry_run ? "would purge " : "purged ") << counted(std::to_string(changes), "change") << " and "
          << (deliveries == 1 ? "1 finished delivery" : std::to_string(deliveries) + " finished deliveries") << '\n';
  return ExitCode::kOk;
}

}  // namespace

void add_prune(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(cli, root, "prune",
                                  "Purges from the journal and the delivery log what hub.retention does not keep, now; "
                                  "a running hub does so every hour",
                                  {"syncline prune --dry-run", "syncline prune"}, prune);
  put_under(command, kServe);
  command.add_flag("--dry-run", cli.args.dry_run, "Only count");
  add_usual_options(cli, {&command});
}

}  // namespace hub::app
