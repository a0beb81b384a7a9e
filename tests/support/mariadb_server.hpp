#pragma once

#include "tests/support/temp_dir.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tests::support {

/// A real MariaDB server on loopback, with what makes it durable switched on. Not thread-safe.
class MariadbServer {
 public:
  /// Starts a server of one's own, to be stopped and crashed at will; `settings` ("log_bin=on") are its own. Throws
  /// std::runtime_error with what the server said.
  explicit MariadbServer(const std::vector<std::string>& settings = {});
  ~MariadbServer();
  MariadbServer(const MariadbServer&) = delete;
  MariadbServer& operator=(const MariadbServer&) = delete;

  /// The URL of its first database, for an owner who may do everything.
  [[nodiscard]] const std::string& url() const { return url_; }

  void start();
  void stop();   // sessions are cut off, nothing is lost
  void crash();  // kill -9: recovery follows when it is started again

 private:
  void command(const std::string& verb, const std::vector<std::string>& more = {});

  TempDir folder_;
  std::string url_;
};

/// A new, empty database on the server that all tests of a build share, dropped with the object. ctest starts and stops
/// that server (hub_test(… SERVERS mariadb)); a test binary that is run by hand starts its own.
class MariadbDatabase {
 public:
  MariadbDatabase();
  ~MariadbDatabase();
  MariadbDatabase(const MariadbDatabase&) = delete;
  MariadbDatabase& operator=(const MariadbDatabase&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  std::string server_;
  std::string name_;
  std::string url_;
};

/// Runs `sql` in the client `mariadb` on the database at `url`, as any other program would, and gives what it printed:
/// columns apart by tabs, without headers. Stops at the first error, which is thrown as std::runtime_error.
std::string mariadb(std::string_view url, std::string_view sql);

}  // namespace tests::support
