#include "tests/support/postgres_server.hpp"

#include "tests/support/hub_binary.hpp"
#include "tests/support/process.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace tests::support {

namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string with_database(const std::string& url, std::string_view name) {
  return url.substr(0, url.rfind('/') + 1) + std::string(name);
}

std::string shell(std::string_view url, std::string_view sql) {
  const auto finished =
      run({"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", std::string(url)}, {}, std::string(sql) + "\n;\n");
  if (finished.exit_code != 0) throw std::runtime_error("psql: " + finished.err);
  return finished.out;
}

/// A name that no other test has.
std::string unique_name() {
  static std::atomic<int> count{0};
  return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

/// For destructors: a server that is gone has nothing left to drop.
void drop(const std::string& server, const std::string& sql) {
  try {
    psql(server, sql);
  } catch (const std::exception&) {
  }
}

/// The server that ctest has started, else one that lives as long as this process.
std::string shared_server() {
  std::string url;
  if (std::ifstream file(SYNCLINE_SERVERS "/postgres.url"); std::getline(file, url)) return url;
  static const PostgresServer own;
  return own.url();
}

}  // namespace

PostgresServer::PostgresServer(const std::vector<std::string>& settings) { command("start", settings); }

PostgresServer::~PostgresServer() {
  try {
    command("remove");
  } catch (const std::exception&) {  // it is gone already
  }
}

void PostgresServer::command(const std::string& verb, const std::vector<std::string>& more) {
  std::vector<std::string> line{source_folder() / "tests/systems/postgres", verb, folder_.path()};
  line.insert(line.end(), more.begin(), more.end());
  const auto finished = run(std::move(line));
  if (finished.exit_code != 0) throw std::runtime_error("postgres " + verb + ": " + finished.err);
  if (verb == "start") url_ = trimmed(finished.out);
}

std::string PostgresServer::create_database(std::string_view name) const {
  psql(url_, "create database " + std::string(name));
  return with_database(url_, name);
}

void PostgresServer::start() { command("start"); }
void PostgresServer::stop() { command("stop"); }
void PostgresServer::crash() { command("stop", {"immediate"}); }

PostgresDatabase::PostgresDatabase() : server_(shared_server()), name_(unique_name()) {
  psql(server_, "create database " + name_);
  url_ = with_database(server_, name_);
}

PostgresDatabase::~PostgresDatabase() { drop(server_, "drop database " + name_ + " with (force)"); }

PostgresSchema::PostgresSchema() : PostgresSchema(shared_server()) {}

PostgresSchema::PostgresSchema(std::string server) : server_(std::move(server)), name_(unique_name()) {
  psql(server_, "create schema " + name_);
  url_ = server_ + (server_.find('?') == std::string::npos ? '?' : '&') + "options=-csearch_path%3D" + name_;
}

PostgresSchema::~PostgresSchema() { drop(server_, "drop schema " + name_ + " cascade"); }

PostgresRole::PostgresRole() : server_(shared_server()), name_(unique_name()) {
  psql(server_, "create role " + name_ + " login password 'secret'");
}

PostgresRole::~PostgresRole() { drop(server_, "drop owned by " + name_ + "; drop role " + name_); }

std::string PostgresRole::in(const std::string& url) const {
  return "postgresql://" + name_ + ":secret" + url.substr(url.find('@'));
}

std::string wanted_store() {
  const char* text = std::getenv("SYNCLINE_TEST_STORE");
  return text == nullptr ? "" : text;
}

std::unique_ptr<PostgresSchema> schema_for_store(const std::string& wanted) {
  if (wanted.empty()) return nullptr;
  if (wanted == "postgresql") return std::make_unique<PostgresSchema>();
  if (wanted.starts_with("postgresql://")) return std::make_unique<PostgresSchema>(wanted);
  throw std::runtime_error(wanted + " is neither postgresql nor the URL of a server");
}

std::string psql(std::string_view url, std::string_view sql) { return shell(url, sql); }

std::string psql_value(std::string_view url, std::string_view sql) {
  const std::string rows = shell(url, sql);
  return rows.substr(0, rows.find_first_of("|\n"));
}

nlohmann::json psql_rows(std::string_view url, std::string_view sql) {
  return nlohmann::json::parse(shell(url, "select coalesce(json_agg(r), '[]') from (" + std::string(sql) + ") r"));
}

}  // namespace tests::support
