#pragma once

#include "hub/store/connection.hpp"

#include <libpq-fe.h>

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hub::store {

/// Statements that go to a PostgreSQL server together: what a round trip costs is paid once for all of them (libpq's
/// pipeline mode). One thread at a time. Errors are soci::postgresql_soci_error, which names the statement.
class Pipeline {
 public:
  /// `connection` stays its owner's.
  explicit Pipeline(PGconn* connection) : connection_(connection) {}

  /// `statement` must live until run() or clear().
  void add(const NamedStatement& statement, Arguments arguments, OnRow row, OnChanged changed);
  /// Runs them in order, then tells of their rows. After the first that fails none is run, and none is told of.
  void run();
  void clear() noexcept { asked_.clear(); }

 private:
  struct Asked {
    const NamedStatement* statement;
    std::vector<std::optional<std::string>> arguments;
    OnRow row;
    OnChanged changed;
  };
  using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

  void send(const Asked& asked);
  std::vector<Result> receive(const std::deque<Asked>& asked);
  /// The server's answer to one command.
  Result next();
  [[noreturn]] void fail(const std::string& what, const PGresult* result) const;

  PGconn* connection_;
  std::deque<Asked> asked_;
  std::unordered_map<std::string, std::string> names_;  // of what the server has prepared, by its text
  std::vector<const NamedStatement*> preparing_;        // in this run, in the order in which they are asked
  std::size_t prepared_ = 0;
};

}  // namespace hub::store
