#pragma once

#include "plugins/localdb/address.hpp"
#include "plugins/localdb/database.hpp"

#include <memory>
#include <string>
#include <unordered_map>

using MYSQL = struct st_mysql;
using MYSQL_STMT = struct st_mysql_stmt;

namespace localdb::mariadb {

/// One connection to a MariaDB server. One thread at a time.
class Connection final : public localdb::Connection {
 public:
  /// Throws SqlError.
  Connection(const Address& address, std::chrono::milliseconds lock_timeout, std::chrono::milliseconds budget);
  ~Connection() override;

  /// Prepared once and then kept.
  [[nodiscard]] Statement prepare(const std::string& text) override;
  void run(const std::string& text) override;
  [[nodiscard]] bool in_transaction() const override;
  void begin_call(std::chrono::milliseconds lock_timeout, std::chrono::milliseconds budget,
                  std::function<bool()> cancelled) override;
  [[nodiscard]] bool usable() override;
  [[nodiscard]] std::string schema_version() override;

  [[nodiscard]] MYSQL* get() const { return connection_.get(); }
  [[nodiscard]] bool cancelled() const { return cancelled_ && cancelled_(); }
  /// It has lost its server.
  void lose() { lost_ = true; }

 private:
  struct Close {
    void operator()(MYSQL* connection) const;
  };
  std::unique_ptr<MYSQL, Close> connection_;
  std::unordered_map<std::string, std::shared_ptr<MYSQL_STMT>> statements_;
  std::function<bool()> cancelled_;
  bool lost_ = false;
  std::string schema_version_;
  std::chrono::steady_clock::time_point schema_asked_{};
};

}  // namespace localdb::mariadb
