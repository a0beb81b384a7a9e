#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/table.hpp"
#include "hub/base/clock.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/audit.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"

#include <ostream>

namespace hub::app {

namespace {

ExitCode migrate(Cli& cli) {
  const config::Config config = load_config(cli.args);
  const auto file = store_file(config.hub.data);
  make_data_folder(config.hub.data);
  const store::DataLock lock = lock_data(config.hub.data);
  const bool made = !std::filesystem::exists(file);
  const int before = made ? 0 : [&] {
    store::Session session(file, store::Session::Mode::kRead);
    return store::schema_version(session);
  }();
  const base::SystemClock clock;
  const store::Store store({file, config.hub.durable}, clock);
  const int now = store::latest_schema_version();
  cli.out << file.string();
  if (before == now)
    cli.out << " is at schema version " << now << " already\n";
  else
    cli.out << " was " << (made ? "made" : "at schema version " + std::to_string(before))
            << " and is at schema version " << now << " now\n";
  return ExitCode::kOk;
}

/// What an audit saw on its snapshot.
struct Books {
  std::vector<store::AuditFinding> findings;
  std::vector<store::Counter> counters;
};

Books audit_store(const config::Config& config) {
  const auto file = store_file(config.hub.data);
  if (!std::filesystem::exists(file))
    throw CommandError(ExitCode::kAway,
                       "there is no store in " + config.hub.data.string() + " yet: `syncline run` makes it");
  store::Session session(file, store::Session::Mode::kRead);
  session.begin();
  if (const int version = store::schema_version(session); version != store::latest_schema_version())
    throw CommandError(ExitCode::kAway, file.string() + " is at schema version " + std::to_string(version) +
                                            ", and this binary audits version " +
                                            std::to_string(store::latest_schema_version()) +
                                            ": run `syncline migrate` first");
  Books books{store::audit(session), store::load_counters(session)};
  session.rollback();
  return books;
}

void write_json(std::ostream& out, const Books& books) {
  model::JsonWriter json;
  json.begin_object().member("ok", books.findings.empty()).key("findings").begin_array();
  for (const store::AuditFinding& finding : books.findings) {
    json.begin_object().member("law", finding.law).member("subject", finding.subject);
    json.member("expected", finding.expected).member("found", finding.found).end_object();
  }
  json.end_array().key("counters").begin_array();
  for (const store::Counter& counter : books.counters)
    json.begin_object()
        .member("source", counter.source)
        .member("name", counter.name)
        .member("value", counter.value)
        .end_object();
  out << json.end_array().end_object().take() << '\n';
}

std::string sum_of(const Books& books, std::string_view name) {
  std::int64_t sum = 0;
  for (const store::Counter& counter : books.counters)
    if (counter.name == name) sum += counter.value;
  return std::to_string(sum);
}

ExitCode audit(Cli& cli) {
  const Books books = audit_store(load_config(cli.args));
  const ExitCode code = books.findings.empty() ? ExitCode::kOk : ExitCode::kNo;
  if (cli.args.json) {
    write_json(cli.out, books);
    return code;
  }
  Table table({{"LAW"}, {"SUBJECT"}, {"EXPECTED", Fit::kRight}, {"FOUND", Fit::kRight}, {"DIFFERENCE", Fit::kRight}});
  for (const store::AuditFinding& finding : books.findings)
    table.add({finding.law, finding.subject, std::to_string(finding.expected), std::to_string(finding.found),
               std::to_string(finding.found - finding.expected)});
  table.print(cli.out);
  if (books.findings.empty())
    cli.out << "the books balance: " << counted(sum_of(books, store::kAcknowledged), "change") << " acknowledged, "
            << sum_of(books, store::kDeliveriesCreated) << " deliveries created, every one accounted for\n";
  return code;
}

}  // namespace

void add_migrate(Cli& cli, CLI::App& root) {
  CLI::App& command =
      add_command(cli, root, "migrate",
                  "Makes the store, or brings its schema up to date (run does so too); needs that no hub runs",
                  {"syncline migrate --config config/hub.yaml"}, migrate);
  put_under(command, kServe);
  add_config_options(cli, command);
}

void add_audit(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(cli, root, "audit",
                                  "Recounts the store: every acknowledged change and every delivery must be accounted "
                                  "for. Works beside a running hub",
                                  {"syncline audit", "syncline audit --json"}, audit);
  put_under(command, kLook);
  add_json_option(cli, command);
  add_config_options(cli, command);
}

}  // namespace hub::app
