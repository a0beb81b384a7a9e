#pragma once

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// One connection of an application to its own database, PostgreSQL or MariaDB. It knows nothing of a hub. Every
/// refusal throws std::runtime_error with the server's words. For one thread.
class Application {
 public:
  virtual ~Application() = default;
  Application() = default;
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Runs one statement, in a transaction of its own. Gives the first column of its rows.
  virtual std::vector<std::string> run(const std::string& sql) = 0;
  /// Prepares the statement that write() runs; `?` stands for each value.
  virtual void prepare(const std::string& sql) = 0;
  /// Runs what was prepared with these values, in a transaction of its own.
  virtual void write(const std::vector<std::string>& values) = 0;
  /// From now on this connection waits for every commit that LocalDB's triggers capture, as a pull that has found
  /// nothing does: until stop_listening() they notify. Servers without notifications do nothing.
  virtual void listen() {}
  virtual void stop_listening() {}

  /// The first column of the first row; empty when there is none.
  std::string value(const std::string& sql);
  long number(const std::string& sql);
};

/// `url` begins with postgresql:// or mysql://.
std::unique_ptr<Application> connect(const std::string& url);
std::unique_ptr<Application> connect_postgres(const std::string& url);
std::unique_ptr<Application> connect_mariadb(const std::string& url);

}  // namespace bench
