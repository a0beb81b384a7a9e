#pragma once

#include "hub/store/location.hpp"
#include "hub/store/session.hpp"
#include "hub/store/statements.hpp"

#include <soci/soci.h>

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hub::store {

/// The parameters of one call, in the statement's order.
using Arguments = std::span<const Param>;

/// A named statement prepared to run for one row of parameters at a time. SOCI holds addresses into the slots, so an
/// object never moves.
class Prepared final : public Row {
 public:
  Prepared(soci::session& session, const NamedStatement& named);

  /// Gives the number of rows that it changed.
  std::int64_t run(Arguments arguments);
  void each(Arguments arguments, const std::function<void(const Row&)>& row);

  [[nodiscard]] bool is_null(std::size_t column) const override { return out_[column].indicator == soci::i_null; }
  [[nodiscard]] std::int64_t integer(std::size_t column) const override {
    return is_null(column) ? 0 : out_[column].number;
  }
  [[nodiscard]] const std::string& text(std::size_t column) const override;

 private:
  struct Slot {
    std::string text;
    long long number = 0;
    soci::indicator indicator = soci::i_null;
  };
  void set(Arguments arguments);

  const NamedStatement& named_;
  std::deque<Slot> in_;
  std::deque<Slot> out_;
  soci::statement statement_;
};

/// What is done with each row of a result.
using OnRow = std::function<void(const Row&)>;
/// Is told how many rows a statement has changed.
using OnChanged = std::function<void(std::int64_t)>;

/// A named statement prepared to run for many rows of parameters in one call.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual void add(Arguments arguments) = 0;
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// Asks the connection to run it for the rows added, in order, and forgets them.
  virtual void flush(OnChanged changed) = 0;
  virtual void clear() noexcept = 0;
};

/// What differs between the databases behind a Session: how one is reached, what its errors mean, and how many rows are
/// written at once. Shows SOCI, so it is for this layer only.
class Connection {
 public:
  virtual ~Connection() = default;

  [[nodiscard]] virtual Dialect dialect() const = 0;
  /// What an error of SOCI means.
  [[nodiscard]] virtual StoreErrorKind kind_of(const soci::soci_error& error) const = 0;
  /// What a person can do about it, for the end of a message; empty: nothing.
  [[nodiscard]] virtual std::string advice_on(const soci::soci_error&) const { return {}; }
  [[nodiscard]] virtual bool in_transaction() const = 0;
  /// False when it was cut off: nothing but to drop it.
  [[nodiscard]] virtual bool usable() const { return true; }
  /// Runs `statement` now, or with others at the next settle(): then its error comes from there as well, and what it
  /// gives is told once all of them have run. The statement must live until then.
  virtual void ask(const NamedStatement& statement, Arguments arguments, OnRow row, OnChanged changed) = 0;
  /// Runs what was asked for and has not run, in that order.
  virtual void settle() {}
  /// Forgets what was asked for and has not run.
  virtual void drop_asked() noexcept {}
  /// Whether statements wait for settle(), because a round trip costs more than they do.
  [[nodiscard]] virtual bool asks_together() const { return false; }
  [[nodiscard]] virtual std::unique_ptr<Batch> batch(const NamedStatement& statement) = 0;
  /// Every row of a query without parameters, not all in memory at once. Inside a transaction.
  virtual void scan(const NamedStatement& query, const std::function<void(const Row&)>& row) {
    Prepared(session, query).each({}, row);
  }

  /// Called once its setup statements have run.
  virtual void is_set_up() {}
  virtual void checkpoint() {}
  [[nodiscard]] virtual bool clear_log() { return true; }
  [[nodiscard]] virtual int wal_pages() const { return 0; }

  soci::session session;
};

/// Opens a connection. Throws soci_error, and StoreError that says what to do.
[[nodiscard]] std::unique_ptr<Connection> connect_sqlite(const std::filesystem::path& file, Session::Mode mode);
[[nodiscard]] std::unique_ptr<Connection> connect_postgresql(const std::string& url);

/// `url` with what it does not say of timeouts: a server that is gone is noticed within seconds. Throws StoreError for
/// a bad one.
[[nodiscard]] std::string complete_url(const std::string& url);

/// Throws std::logic_error when `statement` takes another number of parameters.
void check_count(const NamedStatement& statement, Arguments arguments);

}  // namespace hub::store
