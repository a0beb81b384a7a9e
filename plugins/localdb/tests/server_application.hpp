#pragma once

#include "plugins/localdb/engine.hpp"
#include "plugins/localdb/settings.hpp"
#include "tests/support/mariadb_server.hpp"
#include "tests/support/postgres_server.hpp"

#include <syncline/source.hpp>
#include <syncline/testing/recording_host.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace localdb::tests {

/// The kinds of servers that the tests run on.
enum class Server : std::uint8_t { kPostgresql, kMariadb };

inline std::string to_string(Server server) { return server == Server::kPostgresql ? "Postgresql" : "Mariadb"; }

/// The application that owns a database on a server and knows nothing of the hub: a session of its own.
class ServerApplication {
 public:
  explicit ServerApplication(Server server, const std::string& schema = {}) : server_(server) {
    if (server == Server::kPostgresql) {
      postgres_.emplace();
    } else {
      mariadb_.emplace();
    }
    settings_ = parse_settings("application", R"({"url": ")" + url() + "\"}");
    engine_ = make_engine(settings_);
    session_ = connect();
    if (!schema.empty()) run(schema);
  }
  ServerApplication(const ServerApplication&) = delete;
  ServerApplication& operator=(const ServerApplication&) = delete;
  ~ServerApplication() { session_.reset(); }

  [[nodiscard]] Server server() const { return server_; }
  [[nodiscard]] const std::string& url() const { return postgres_ ? postgres_->url() : mariadb_->url(); }

  /// Another session.
  [[nodiscard]] std::unique_ptr<Connection> connect() const {
    const syncline::testing::RecordedCall recorded;
    auto session = engine_->connect(syncline::Call(recorded.get()));
    session->begin_call(std::chrono::seconds{20}, std::chrono::hours{1}, {});
    return session;
  }

  /// Runs statements that hold no semicolon themselves.
  void run(const std::string& script) const {
    for (std::size_t from = 0; from < script.size();) {
      const std::size_t end = std::min(script.find(';', from), script.size());
      const std::string statement = script.substr(from, end - from);
      if (statement.find_first_not_of(" \n") != std::string::npos) session_->run(statement);
      from = end + 1;
    }
  }
  /// Runs one statement, whatever it holds.
  void run_one(const std::string& statement) const { session_->run(statement); }

  /// The rows of a SELECT, one a line, with columns apart by '|' and nothing for null.
  [[nodiscard]] std::string rows(const std::string& select, int columns = 1) const {
    std::string text;
    Statement rows = session_->prepare(select);
    while (rows.step()) {
      text += text.empty() ? "" : "\n";
      for (int i = 0; i < columns; ++i) text += (i == 0 ? "" : "|") + rows.text(i);
    }
    return text;
  }

 private:
  const Server server_;
  std::optional<::tests::support::PostgresDatabase> postgres_;
  std::optional<::tests::support::MariadbDatabase> mariadb_;
  Settings settings_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Connection> session_;
};

}  // namespace localdb::tests
