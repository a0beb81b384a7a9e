#pragma once

#include "plugins/localdb/coverage.hpp"
#include "plugins/localdb/database.hpp"
#include "plugins/localdb/dialect.hpp"
#include "plugins/localdb/settings.hpp"

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace syncline {
class Call;
class Error;
struct PushItem;
struct Result;
}  // namespace syncline

namespace localdb {

class Session;

/// Pushes of records that the hub does not know to be there, by idempotency key: those that were put off once. One
/// thread at a time.
using PutOff = std::set<std::string, std::less<>>;

/// What a push works with; all of it outlives the push.
struct Pushing {
  Session& session;
  Connection& connection;
  const syncline::Call& call;
  const Coverage& coverage;
  PutOff& put_off;
  std::int64_t remember_pushes;
};

/// One kind of database, at the place that the settings name. Any thread.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  [[nodiscard]] virtual const Dialect& dialect() const = 0;

  /// Throws SqlError, or syncline::Error when there is no such database.
  [[nodiscard]] virtual std::unique_ptr<Connection> connect(const syncline::Call& call) const = 0;

  /// Looks `name` up in the database and compares it with its mapping. What does not fit is appended to `problems`, one
  /// sentence each, with the nearest name where one is unknown; then there is no Table.
  [[nodiscard]] virtual std::optional<Table> read_table(Connection& connection, const std::string& name,
                                                        const TableMapping& mapping,
                                                        std::vector<std::string>& problems) const = 0;

  /// One result per item, in order, all of them durable; an item's `index` is its place. Throws SqlError or
  /// syncline::Error; then nothing was written of the items whose result is not durable yet, and a repeat finds out.
  [[nodiscard]] virtual std::vector<syncline::Result> push(const Pushing& pushing,
                                                           std::span<const syncline::PushItem> items) const = 0;

  /// The status and the words for what the database refused; its place comes first.
  [[nodiscard]] virtual syncline::Error error_of(const SqlError& error) const;

 protected:
  /// Where the database is, without a secret.
  [[nodiscard]] virtual std::string where() const = 0;
};

/// The engine for the database that `settings` name; `settings` outlives it.
[[nodiscard]] std::unique_ptr<Engine> make_engine(const Settings& settings);

}  // namespace localdb
