#include "plugins/localdb/sqlite/session.hpp"

#include "plugins/localdb/nearest.hpp"
#include "plugins/localdb/sqlite/capture.hpp"

#include <syncline/source.hpp>

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>

namespace localdb::sqlite {

namespace {

std::string sentence(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : ". ") + problem;
  return text;
}

}  // namespace

syncline::Error error_of(const SqlError& error, const std::string& path) {
  const auto make = [&](syncline::Status status, const std::string& message) {
    return syncline::Error(status, path + ": " + message);
  };
  switch (error.code() & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return make(syncline::kRetry, "another program holds the lock of the database");
    case SQLITE_FULL: return make(syncline::kRetry, "the disk is full");
    case SQLITE_READONLY: return make(syncline::kRetry, "the database cannot be written: " + std::string(error.what()));
    case SQLITE_INTERRUPT: return make(syncline::kCancelled, "cancelled");
    case SQLITE_NOTADB: return make(syncline::kMisconfigured, "this is no SQLite database");
    case SQLITE_CORRUPT: return make(syncline::kMisconfigured, "the database is damaged: " + std::string(error.what()));
    default: return make(syncline::kRetry, error.what());
  }
}

Connection& Session::open(const syncline::Call& call) {
  struct stat status {};
  if (stat(settings_.path.c_str(), &status) != 0)
    throw syncline::Error(syncline::kRetry, settings_.path + ": there is no such file; check the setting 'path'");
  const FileId file{status.st_dev, status.st_ino};
  const auto timeout = std::min(settings_.busy_timeout, call.budget());
  if (!connection_ || file != file_) {
    ready_.clear();
    schema_version_.reset();
    connection_.reset();
    connection_ = std::make_unique<Connection>(settings_.path, timeout);
    file_ = file;
  }
  connection_->set_busy_timeout(timeout);
  connection_->set_cancelled([&call] { return call.cancelled(); });
  return *connection_;
}

const ReadyTable& Session::find(std::string_view name, bool captured) {
  const auto mapping = settings_.tables.find(name);
  if (mapping == settings_.tables.end()) {
    std::vector<std::string> names;
    for (const auto& [table, columns] : settings_.tables) names.push_back(table);
    throw syncline::Error(syncline::kUnsupported,
                          "table '" + std::string(name) + "' is not mapped" + did_you_mean(name, names));
  }
  const std::int64_t version = connection_->schema_version();
  if (schema_version_ != version) {
    ready_.clear();
    schema_version_ = version;
  }
  if (const auto known = ready_.find(name); known != ready_.end() && (known->second.captured || !captured))
    return known->second;

  std::vector<std::string> problems;
  auto table = read_table(*connection_, mapping->first, mapping->second, problems);
  if (!table) throw syncline::Error(syncline::kMisconfigured, settings_.path + ": " + sentence(problems));
  const bool is_ready = is_captured(*connection_, *table);
  if (!is_ready && captured) {
    if (settings_.setup == SetupMode::kManual || connection_->in_transaction())
      throw syncline::Error(syncline::kMisconfigured,
                            settings_.path + ": the changes of table '" + table->name + "' are not captured " +
                                "as the mapping needs it; run `syncline plugin setup " + settings_.instance + "`");
    setup(true);
  }
  TableSql table_sql(*table);
  return ready_
      .insert_or_assign(mapping->first, ReadyTable{std::move(*table), std::move(table_sql), is_ready || captured})
      .first->second;
}

std::vector<Table> Session::tables() {
  std::vector<Table> tables;
  std::vector<std::string> problems;
  for (const auto& [name, mapping] : settings_.tables)
    if (auto table = read_table(*connection_, name, mapping, problems)) tables.push_back(std::move(*table));
  if (!problems.empty()) throw syncline::Error(syncline::kMisconfigured, settings_.path + ": " + sentence(problems));
  return tables;
}

std::vector<std::string> Session::setup(bool apply) {
  Transaction transaction(*connection_, apply ? Transaction::Kind::kWrite : Transaction::Kind::kRead);
  std::vector<std::string> plan = capture_plan(*connection_, tables());
  if (apply) {
    for (const std::string& statement : plan) connection_->run(statement);
    transaction.commit();
  }
  return plan;
}

}  // namespace localdb::sqlite
