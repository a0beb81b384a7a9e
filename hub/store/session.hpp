#pragma once

#include "hub/store/error.hpp"
#include "hub/store/location.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A value for a statement's parameter. Text is borrowed for the call.
class Param {
 public:
  Param(std::nullopt_t) {}                                                       // NOLINT(google-explicit-constructor)
  Param(std::int64_t number) : number_(number), integer_(true), null_(false) {}  // NOLINT(google-explicit-constructor)
  Param(int number) : Param(static_cast<std::int64_t>(number)) {}                // NOLINT(google-explicit-constructor)
  Param(bool on) : Param(static_cast<std::int64_t>(on ? 1 : 0)) {}               // NOLINT(google-explicit-constructor)
  Param(std::string_view text) : text_(text), null_(false) {}                    // NOLINT(google-explicit-constructor)
  Param(const std::string& text) : Param(std::string_view(text)) {}              // NOLINT(google-explicit-constructor)
  Param(const char* text) : Param(std::string_view(text)) {}                     // NOLINT(google-explicit-constructor)
  template <class T>
  Param(const std::optional<T>& value) : Param(value ? Param(*value) : Param(std::nullopt)) {}  // NOLINT

  /// null for an empty text: how optional texts are stored.
  [[nodiscard]] static Param or_null(std::string_view text) { return text.empty() ? Param(std::nullopt) : Param(text); }

  [[nodiscard]] bool is_null() const { return null_; }
  [[nodiscard]] bool is_integer() const { return integer_; }
  [[nodiscard]] std::int64_t number() const { return number_; }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::int64_t number_ = 0;
  bool integer_ = false;
  bool null_ = true;
};

using Params = std::initializer_list<Param>;

/// One row of a result, valid until the next one is fetched. Columns count from 0.
class Row {
 public:
  virtual ~Row() = default;
  [[nodiscard]] virtual bool is_null(std::size_t column) const = 0;
  /// The number; 0 for null.
  [[nodiscard]] virtual std::int64_t integer(std::size_t column) const = 0;
  /// The text; empty for null.
  [[nodiscard]] virtual const std::string& text(std::size_t column) const = 0;
};

struct Table;

/// One connection to the store with its prepared statements. Not thread-safe: one thread at a time. Every function
/// throws StoreError.
class Session {
 public:
  enum class Mode : std::uint8_t { kRead, kWrite, kScratch };

  /// Opens the SQLite file, or connects to the PostgreSQL server. SQLite: kWrite creates the file and sets WAL mode; a
  /// commit is in the log and can be read, but is durable only once the log was synced (GroupSync); what a checkpoint
  /// moves is synced before it is moved; kScratch writes a file that nobody wants back: nothing is synced, and what
  /// fails or is rolled back leaves it broken. PostgreSQL: a commit is durable.
  Session(const Location& location, Mode mode);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void begin();  // kWrite: SQLite takes the write lock at once; kRead: a snapshot from the first read on
  void commit();
  void rollback() noexcept;
  [[nodiscard]] Dialect dialect() const;
  /// False when the server has cut it off: nothing can be done with it any more.
  [[nodiscard]] bool usable() const;

  // A PostgreSQL server is given several statements at once, because each round trip costs more than most of them do:
  // what may run later (soon(), flush(), read_ahead(), begin()) goes there with the next that is waited for, before it.
  // An error of what ran later comes from there as well. SQLite runs each at once.

  /// Runs the named statement once; gives the number of rows that it changed.
  std::int64_t run(std::string_view name, Params params = {});
  /// Runs it once, but may do so later.
  void soon(std::string_view name, Params params = {});
  /// Waits for what may run later.
  void settle();
  /// Runs the named query and calls `row` for each row, to the last one. `row` may run other statements, not this one.
  void each(std::string_view name, Params params, const std::function<void(const Row&)>& row);
  /// The first column of the first row, or `otherwise` when there is none or it is null.
  [[nodiscard]] std::int64_t integer(std::string_view name, Params params = {}, std::int64_t otherwise = 0);

  /// Reads what the named query gives for each of these rows of parameters (numbers as texts), or without any; until
  /// the end of the transaction, or until its table is written to, each() answers from that. Does nothing where a query
  /// costs no round trip (SQLite): reads_ahead() tells.
  void read_ahead(std::string_view name, const std::vector<std::vector<std::string>>& keys);
  void read_ahead(std::string_view name);
  [[nodiscard]] bool reads_ahead() const;

  /// Adds a row of parameters to the named statement's batch; flush() runs them together, in order. No two of them may
  /// be about the same row of the table.
  void add(std::string_view name, Params params);
  /// Rows in the batch of `name`.
  [[nodiscard]] std::int64_t batch_size(std::string_view name) const;
  /// Runs the batch of `name`, if any, but may do so later; then tells `changed` how many rows changed, before the
  /// transaction is committed.
  void flush(std::string_view name, std::function<void(std::int64_t)> changed = {});
  /// Every row of `table` that passes `condition` (SQL; empty: all), without holding them all at once. Inside a
  /// transaction.
  void scan(const Table& table, std::string_view condition, const std::function<void(const Row&)>& row);
  /// Adds a row, all columns in order, to those that flush_rows() inserts into `table`.
  void add_row(const Table& table, const std::vector<Param>& cells);
  void flush_rows(const Table& table);
  /// Drops every batch that has not been flushed (after a rollback).
  void drop_batches() noexcept;

  /// Runs SQL text as it stands, one statement: for migrations and pragmas only.
  void execute_script_statement(const std::string& sql);
  /// Moves what the write-ahead log holds into the database file as far as readers allow.
  void checkpoint();
  /// Moves all of it, and empties the log. False when a reader was in the way for as long as the connection waits.
  [[nodiscard]] bool clear_log();
  /// Pages in the write-ahead log since it was last reset.
  [[nodiscard]] int wal_pages() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hub::store
