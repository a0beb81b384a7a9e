#pragma once

#include "plugins/localdb/value.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace localdb::sqlite {

/// What SQLite answered instead of doing it: its extended result code and its text.
class SqlError : public std::runtime_error {
 public:
  SqlError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] int code() const { return code_; }

 private:
  int code_;
};

/// A prepared statement while it runs: made by Connection::prepare, ready for its next use when this ends.
class Statement {
 public:
  explicit Statement(std::shared_ptr<sqlite3_stmt> statement) : statement_(std::move(statement)) {}
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Binds parameter `index`, from 1; text is copied.
  Statement& bind_value(int index, const Value& value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);

  /// True: there is a (next) row. Throws SqlError.
  [[nodiscard]] bool step();
  /// Runs it to its end, rows ignored. Throws SqlError.
  void run();

  /// Column `index` of the row, from 0.
  [[nodiscard]] Value value(int index) const;
  [[nodiscard]] std::int64_t integer(int index) const;
  [[nodiscard]] std::string text(int index) const;
  [[nodiscard]] bool is_null(int index) const;

 private:
  void require(int code) const;
  std::shared_ptr<sqlite3_stmt> statement_;  // shared with the connection, which may forget it earlier
};

/// One connection to a database file that exists. One thread at a time.
class Connection {
 public:
  /// Opens `path` for reading and writing; foreign keys on, commits synced. Throws SqlError.
  Connection(const std::string& path, std::chrono::milliseconds busy_timeout);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// A statement for the SQL `text`, which is compiled once and then kept.
  [[nodiscard]] Statement prepare(const std::string& text);
  /// Runs statements that give no rows.
  void run(const std::string& text);
  void set_busy_timeout(std::chrono::milliseconds timeout);

  /// While set, every statement that is running ends with SQLITE_INTERRUPT soon after `cancelled` answers true.
  void set_cancelled(std::function<bool()> cancelled);

  [[nodiscard]] bool in_transaction() const;
  /// A number that is another one after every change of the schema by anybody.
  [[nodiscard]] std::int64_t schema_version();

 private:
  void require(int code) const;

  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<std::string, std::shared_ptr<sqlite3_stmt>> statements_;
  std::function<bool()> cancelled_;
};

/// A transaction that ends with its scope: rolled back unless commit() was called.
class Transaction {
 public:
  enum class Kind : std::uint8_t { kRead, kWrite };

  /// kWrite takes the file's write lock at once. Throws SqlError.
  Transaction(Connection& connection, Kind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Throws SqlError; then nothing was written.
  void commit();

 private:
  Connection& connection_;
};

/// A part of a write transaction that can fail alone: undone unless keep() was called.
class Savepoint {
 public:
  explicit Savepoint(Connection& connection);
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();

  void keep();

 private:
  Connection& connection_;
  bool kept_ = false;
};

}  // namespace localdb::sqlite
