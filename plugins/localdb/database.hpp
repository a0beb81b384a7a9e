#pragma once

#include "plugins/localdb/value.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace localdb {

/// What a failed statement is about.
enum class Fault : std::uint8_t {
  kRow,            // the row that was written: it will never be taken as it is
  kReferred,       // the row that was to be deleted: others still refer to it
  kUnavailable,    // the server, the disk or a lock: it can work later
  kLogin,          // user or password
  kMisconfigured,  // what was named is not there, or may not be used
  kCancelled,      // we were told to end
};

/// What a database answered instead of doing it, in its own words.
class SqlError : public std::runtime_error {
 public:
  SqlError(Fault fault, const std::string& message) : std::runtime_error(message), fault_(fault) {}
  [[nodiscard]] Fault fault() const { return fault_; }

 private:
  Fault fault_;
};

/// A statement while it runs: made by Connection::prepare, ready for its next use when this ends.
class Statement {
 public:
  /// What a kind of database does for it. Each function throws SqlError.
  class Work {
   public:
    virtual ~Work() = default;
    virtual void bind(int index, const Value& value) = 0;
    [[nodiscard]] virtual bool step() = 0;
    [[nodiscard]] virtual Value value(int index) const = 0;
  };

  explicit Statement(std::unique_ptr<Work> work) : work_(std::move(work)) {}

  /// Binds parameter `index`, from 1; text is copied.
  Statement& bind_value(int index, const Value& value);
  Statement& bind(int index, std::string_view text) { return bind_value(index, std::string(text)); }
  Statement& bind(int index, std::int64_t number) { return bind_value(index, number); }

  /// True: there is a (next) row. Throws SqlError.
  [[nodiscard]] bool step() { return work_->step(); }
  /// Runs it to its end, rows ignored. Throws SqlError.
  void run();

  /// Column `index` of the row, from 0.
  [[nodiscard]] Value value(int index) const { return work_->value(index); }
  [[nodiscard]] std::int64_t integer(int index) const;  // 0 for what is none
  [[nodiscard]] std::string text(int index) const;      // empty for null and for bytes that are no text
  [[nodiscard]] bool is_null(int index) const { return std::holds_alternative<Null>(value(index)); }

 private:
  std::unique_ptr<Work> work_;
};

/// One connection to a database that exists. One thread at a time.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// A statement for the SQL `text`, which is kept ready.
  [[nodiscard]] virtual Statement prepare(const std::string& text) = 0;
  /// Runs a script that gives no rows.
  virtual void run(const std::string& text) = 0;
  [[nodiscard]] virtual bool in_transaction() const = 0;

  /// For what follows: a statement ends with Fault::kCancelled soon after `cancelled` answers true, waits for locks at
  /// most `lock_timeout`, and for an answer at most `budget`.
  virtual void begin_call(std::chrono::milliseconds lock_timeout, std::chrono::milliseconds budget,
                          std::function<bool()> cancelled) = 0;
  /// False: it is of no use any more, and another one must be opened.
  [[nodiscard]] virtual bool usable() = 0;
  /// A text that is another one after every change of the schema that concerns us.
  [[nodiscard]] virtual std::string schema_version() = 0;

  /// Does the housekeeping statement `statement` unless somebody else is in the way.
  virtual void run_if_free(Statement statement) { statement.run(); }
  /// Waits until `pending` answers true, which it asks for as often as it must, at most until `deadline`.
  virtual void wait(std::chrono::steady_clock::time_point deadline, const std::function<bool()>& pending);
};

/// A transaction that ends with its scope: rolled back unless commit() was called.
class Transaction {
 public:
  /// `begin` is the statement that begins it. Throws SqlError.
  Transaction(Connection& connection, const std::string& begin);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Throws SqlError; then nothing was written.
  void commit();

 private:
  Connection& connection_;
};

}  // namespace localdb
