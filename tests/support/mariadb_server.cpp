#include "tests/support/mariadb_server.hpp"

#include "tests/support/hub_binary.hpp"
#include "tests/support/process.hpp"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace tests::support {

namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// The server that ctest has started, else one that lives as long as this process.
std::string shared_server() {
  std::string url;
  if (std::ifstream file(SYNCLINE_SERVERS "/mariadb.url"); std::getline(file, url)) return url;
  static const MariadbServer own;
  return own.url();
}

}  // namespace

MariadbServer::MariadbServer(const std::vector<std::string>& settings) { command("start", settings); }

MariadbServer::~MariadbServer() {
  try {
    command("remove");
  } catch (const std::exception&) {  // it is gone already
  }
}

void MariadbServer::command(const std::string& verb, const std::vector<std::string>& more) {
  std::vector<std::string> line{source_folder() / "tests/systems/mariadb", verb, folder_.path()};
  line.insert(line.end(), more.begin(), more.end());
  const auto finished = run(std::move(line));
  if (finished.exit_code != 0) throw std::runtime_error("mariadb " + verb + ": " + finished.err);
  if (verb == "start") url_ = trimmed(finished.out);
}

void MariadbServer::start() { command("start"); }
void MariadbServer::stop() { command("stop"); }
void MariadbServer::crash() { command("stop", {"immediate"}); }

MariadbDatabase::MariadbDatabase() : server_(shared_server()) {
  static std::atomic<int> count{0};
  name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  mariadb(server_, "CREATE DATABASE " + name_ + " CHARACTER SET utf8mb4");
  url_ = server_.substr(0, server_.rfind('/') + 1) + name_;
}

MariadbDatabase::~MariadbDatabase() {
  try {
    mariadb(server_, "DROP DATABASE " + name_);
  } catch (const std::exception&) {  // the server goes as well
  }
}

std::string mariadb(std::string_view url, std::string_view sql) {
  static const std::regex kUrl("mysql://([^:]*):([^@]*)@([^:]*):([0-9]+)/(.*)");
  std::cmatch part;
  if (!std::regex_match(url.begin(), url.end(), part, kUrl)) throw std::invalid_argument("no URL of MariaDB");
  const auto finished =
      run({"mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-N", "-B", "-u", part[1].str(),
           "-p" + part[2].str(), "-h", part[3].str(), "-P", part[4].str(), part[5].str()},
          {}, std::string(sql) + "\n;\n");
  if (finished.exit_code != 0) throw std::runtime_error("mariadb: " + finished.err);
  return trimmed(finished.out);
}

}  // namespace tests::support
