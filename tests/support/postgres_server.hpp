#pragma once

#include "tests/support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tests::support {

/// A real PostgreSQL server on loopback, with what makes it durable switched on. Not thread-safe.
class PostgresServer {
 public:
  /// Starts a server of one's own, to be stopped and crashed at will; `settings` ("max_connections=20") are its own.
  /// Throws std::runtime_error with what the server said.
  explicit PostgresServer(const std::vector<std::string>& settings = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// The URL of its first database, for an owner who may do everything.
  [[nodiscard]] const std::string& url() const { return url_; }
  /// The URL of the new, empty database `name` on this server.
  [[nodiscard]] std::string create_database(std::string_view name) const;

  void start();
  void stop();   // sessions are cut off, nothing is lost
  void crash();  // as kill -9 does: recovery follows when it is started again

 private:
  void command(const std::string& verb, const std::vector<std::string>& more = {});

  TempDir folder_;
  std::string url_;
};

/// A new, empty database on the server that all tests of a build share, dropped with the object. ctest starts and stops
/// that server (hub_test(… SERVERS postgres)); a test binary that is run by hand starts its own.
class PostgresDatabase {
 public:
  PostgresDatabase();
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  std::string server_;
  std::string name_;
  std::string url_;
};

/// A new, empty schema on that server, or on another one, the first of its search path: quicker to make than a
/// database. Dropped with the object.
class PostgresSchema {
 public:
  PostgresSchema();
  explicit PostgresSchema(std::string server);
  ~PostgresSchema();
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string server_;
  std::string name_;
  std::string url_;
};

/// A new role that may log in on the server that all tests share, and nothing else. Dropped, with what it owns, with
/// the object.
class PostgresRole {
 public:
  PostgresRole();
  ~PostgresRole();
  PostgresRole(const PostgresRole&) = delete;
  PostgresRole& operator=(const PostgresRole&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// `url` of that server, with this role instead of another one.
  [[nodiscard]] std::string in(const std::string& url) const;

 private:
  std::string server_;
  std::string name_;
};

/// What SYNCLINE_TEST_STORE says, where hub_test(… BOTH_STORES) puts "postgresql".
[[nodiscard]] std::string wanted_store();
/// A schema for a store on that server ("postgresql") or on the one of which `wanted` is the URL. None for "": the
/// store is to be an SQLite file.
[[nodiscard]] std::unique_ptr<PostgresSchema> schema_for_store(const std::string& wanted = wanted_store());

/// Runs `sql` in psql on the database at `url`, as any other program would, and gives what it printed, unaligned and
/// without headers. Stops at the first error, which is thrown as std::runtime_error.
std::string psql(std::string_view url, std::string_view sql);

/// The first column of the first row that it printed.
[[nodiscard]] std::string psql_value(std::string_view url, std::string_view sql);

/// The rows of a single SELECT as a JSON array of objects, column name to value.
[[nodiscard]] nlohmann::json psql_rows(std::string_view url, std::string_view sql);

}  // namespace tests::support
