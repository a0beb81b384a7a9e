#pragma once

#include "plugins/localdb/address.hpp"
#include "plugins/localdb/database.hpp"

#include <memory>
#include <string>

using PGconn = struct pg_conn;
using PGresult = struct pg_result;

namespace localdb::postgresql {

/// One connection to a PostgreSQL server. One thread at a time.
class Connection final : public localdb::Connection {
 public:
  /// Throws SqlError.
  Connection(const Address& address, std::chrono::milliseconds lock_timeout, std::chrono::milliseconds budget);
  ~Connection() override;

  [[nodiscard]] Statement prepare(const std::string& text) override;
  void run(const std::string& text) override;
  [[nodiscard]] bool in_transaction() const override;
  void begin_call(std::chrono::milliseconds lock_timeout, std::chrono::milliseconds budget,
                  std::function<bool()> cancelled) override;
  [[nodiscard]] bool usable() override;
  [[nodiscard]] std::string schema_version() override;
  /// While it has nothing to do it holds the advisory lock that tells triggers to notify; see sql/postgresql.
  void wait(std::chrono::steady_clock::time_point deadline, const std::function<bool()>& pending) override;

  struct Clear {
    void operator()(PGresult* result) const;
  };
  using Result = std::unique_ptr<PGresult, Clear>;
  /// Waits for the answer to what was sent. Throws SqlError.
  [[nodiscard]] Result answer();
  [[nodiscard]] PGconn* get() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(PGconn* connection) const;
  };
  /// False when the time is over.
  [[nodiscard]] bool wait_for_input(std::chrono::steady_clock::time_point until) const;
  /// Waits for a notification.
  void sleep(std::chrono::steady_clock::time_point until, const std::function<bool()>& pending);
  void cancel();

  std::unique_ptr<PGconn, Close> connection_;
  std::function<bool()> cancelled_;
  std::chrono::steady_clock::time_point deadline_;
  bool listening_ = false;
  std::string schema_version_;
  std::chrono::steady_clock::time_point schema_asked_{};
};

}  // namespace localdb::postgresql
