#pragma once

#include "plugins/localdb/engine.hpp"
#include "plugins/localdb/table_sql.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace localdb {

/// A mapped table and the statements about it.
struct ReadyTable {
  Table table;
  TableSql sql;
  bool captured = false;  // else it can only be read as it is
};

/// The database as one thread uses it.
class Session {
 public:
  /// Both outlive this.
  Session(const Settings& settings, const Engine& engine) : settings_(settings), engine_(engine) {}

  [[nodiscard]] const Dialect& dialect() const { return engine_.dialect(); }

  /// The connection, for a call that may be cancelled: opened when first needed, and again when the one that there was
  /// is of no use any more. Throws SqlError, or syncline::Error when there is no such database.
  Connection& open(const syncline::Call& call);

  /// Table `name`, compared with its mapping and found captured; with `setup: auto` captured now if it was not. Cheap
  /// while nobody changes the schema. Throws syncline::Error: kMisconfigured, or kUnsupported when it is not mapped.
  const ReadyTable& ready(std::string_view name) { return find(name, true); }
  /// The same for a look at its rows as they are: whether it is captured does not matter, and nothing is installed.
  const ReadyTable& readable(std::string_view name) { return find(name, false); }

  /// Every mapped table. Throws syncline::Error (kMisconfigured) that names all that does not fit.
  [[nodiscard]] std::vector<Table> tables();

  /// The statements that are still to be run so that all mapped tables are captured; with `apply` they have been run.
  std::vector<std::string> setup(bool apply);

 private:
  const ReadyTable& find(std::string_view name, bool captured);
  [[nodiscard]] syncline::Error misconfigured(const std::string& problem) const;

  const Settings& settings_;
  const Engine& engine_;
  std::unique_ptr<Connection> connection_;
  std::map<std::string, ReadyTable, std::less<>> ready_;
  std::optional<std::string> schema_version_;  // the one that ready_ was found in
};

}  // namespace localdb
