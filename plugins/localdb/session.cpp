#include "plugins/localdb/session.hpp"

#include "plugins/localdb/capture.hpp"
#include "plugins/localdb/nearest.hpp"

#include <syncline/source.hpp>

#include <algorithm>

namespace localdb {

namespace {

std::string sentence(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : ". ") + problem;
  return text;
}

}  // namespace

Connection& Session::open(const syncline::Call& call) {
  if (!connection_ || !connection_->usable()) {
    ready_.clear();
    schema_version_.reset();
    connection_.reset();
    connection_ = engine_.connect(call);
  }
  connection_->begin_call(std::min(settings_.busy_timeout, call.budget()), call.budget(),
                          [&call] { return call.cancelled(); });
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
  std::string version = connection_->schema_version();
  if (schema_version_ != version) {
    ready_.clear();
    schema_version_ = std::move(version);
  }
  if (const auto known = ready_.find(name); known != ready_.end() && (known->second.captured || !captured))
    return known->second;

  std::vector<std::string> problems;
  auto table = engine_.read_table(*connection_, mapping->first, mapping->second, problems);
  if (!table) throw misconfigured(sentence(problems));
  const bool is_ready = is_captured(*connection_, dialect(), *table);
  if (!is_ready && captured) {
    if (settings_.setup == SetupMode::kManual || connection_->in_transaction())
      throw misconfigured("the changes of table '" + table->name + "' are not captured as the mapping needs it; run " +
                          "`syncline plugin setup " + settings_.instance + "`");
    setup(true);
  }
  TableSql table_sql(dialect(), *table);
  return ready_
      .insert_or_assign(mapping->first, ReadyTable{std::move(*table), std::move(table_sql), is_ready || captured})
      .first->second;
}

std::vector<Table> Session::tables() {
  std::vector<Table> tables;
  std::vector<std::string> problems;
  for (const auto& [name, mapping] : settings_.tables)
    if (auto table = engine_.read_table(*connection_, name, mapping, problems)) tables.push_back(std::move(*table));
  if (!problems.empty()) throw misconfigured(sentence(problems));
  return tables;
}

std::vector<std::string> Session::setup(bool apply) {
  Transaction transaction(*connection_, dialect().sql(apply ? "begin_write" : "begin_read"));
  std::vector<std::string> plan = capture_plan(*connection_, dialect(), tables());
  if (apply) {
    for (const std::string& statement : plan) connection_->run(statement);
    transaction.commit();
  }
  return plan;
}

syncline::Error Session::misconfigured(const std::string& problem) const {
  return engine_.error_of(SqlError(Fault::kMisconfigured, problem));
}

}  // namespace localdb
