#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/table.hpp"
#include "hub/base/clock.hpp"
#include "hub/config/scalar.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/audit.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"
#include "hub/store/transfer.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <optional>
#include <ostream>

namespace hub::app {

namespace {

ExitCode migrate(Cli& cli) {
  const config::Config config = load_config(cli.args);
  const store::Location location = store_location(config.hub);
  make_data_folder(config.hub.data);
  const store::DataLock lock = lock_data(config.hub.data);
  const int before = stored_schema(location);
  const base::SystemClock clock;
  const store::Store store({location, config.hub.durable}, clock);
  const int now = store::latest_schema_version();
  cli.out << location.shown();
  if (before == now)
    cli.out << " is at schema version " << now << " already\n";
  else
    cli.out << " was " << (before == 0 ? "made" : "at schema version " + std::to_string(before))
            << " and is at schema version " << now << " now\n";
  return ExitCode::kOk;
}

/// What an audit saw on its snapshot.
struct Books {
  std::vector<store::AuditFinding> findings;
  std::vector<store::Counter> counters;
};

Books audit_store(const config::Config& config) {
  const store::Location location = store_location(config.hub);
  if (stored_schema(location) == 0)
    throw CommandError(ExitCode::kAway, "there is no store in " + location.shown() + " yet: `syncline run` makes it");
  store::Session session(location, store::Session::Mode::kRead);
  session.begin();
  store::require_latest_schema(session, location);
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

/// sqlite:path or a PostgreSQL URL.
store::Location location_of(const std::string& text, const std::string& option) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (text.starts_with(kSqlite)) return std::filesystem::absolute(text.substr(kSqlite.size()));
  if (config::is_postgresql_url(text)) return location_at(text, option);
  throw CommandError(ExitCode::kUsage, option + ": a store is named sqlite:FILE or postgresql://…");
}

/// A store's file lies in a data folder: no hub may run on it meanwhile.
std::optional<store::DataLock> lock_of(const store::Location& location) {
  if (location.dialect() != store::Dialect::kSqlite) return std::nullopt;
  return std::optional<store::DataLock>(std::in_place, location.file().parent_path());
}

ExitCode copy(Cli& cli) {
  const store::Location from = location_of(cli.args.from, "--from");
  const store::Location to = location_of(cli.args.to, "--to");
  const auto from_lock = lock_of(from);
  const auto to_lock = lock_of(to);
  const base::SystemClock clock;
  std::int64_t rows = 0;
  Table table({{"TABLE"}, {"ROWS", Fit::kRight}, {"DIGEST", Fit::kRight}});
  for (const store::TableSum& sum : store::copy_store(from, to, clock)) {
    char digest[17];
    std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(sum.digest));
    table.add({sum.table, std::to_string(sum.rows), digest});
    rows += sum.rows;
  }
  table.print(cli.out);
  cli.out << counted(std::to_string(rows), "row") << " of " << from.shown() << " are in " << to.shown()
          << " now; rows and digests were read back and are the same\n";
  return ExitCode::kOk;
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

void add_store(Cli& cli, CLI::App& root) {
  CLI::App& group = add_group(root, "store", "What is done to a store as a whole", kServe);
  CLI::App& command = add_command(
      cli, group, "copy",
      "Copies a store into an empty one, to move a hub from SQLite to PostgreSQL or back. No hub may run on either",
      {"syncline store copy --from sqlite:/var/lib/syncline/hub.db --to postgresql://syncline@db/syncline"}, copy);
  command.add_option("--from", cli.args.from, "The store to copy: sqlite:FILE or postgresql://…")->required();
  command.add_option("--to", cli.args.to, "Where it is to be: a new file, or an empty database or schema")->required();
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
