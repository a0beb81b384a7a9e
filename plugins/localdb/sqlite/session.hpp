#pragma once

#include "plugins/localdb/settings.hpp"
#include "plugins/localdb/sqlite/catalog.hpp"
#include "plugins/localdb/sqlite/connection.hpp"
#include "plugins/localdb/sqlite/table_sql.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace syncline {
class Call;
class Error;
}  // namespace syncline

namespace localdb::sqlite {

/// A mapped table and the statements about it.
struct ReadyTable {
  Table table;
  TableSql sql;
  bool captured = false;  // else it can only be read as it is
};

/// The status and the words for what SQLite refused. `path` names the file.
[[nodiscard]] syncline::Error error_of(const SqlError& error, const std::string& path);

/// The database file as one thread uses it.
class Session {
 public:
  /// `settings` outlives this.
  explicit Session(const Settings& settings) : settings_(settings) {}

  /// The connection, for a call that may be cancelled: opened when first needed, and again when another file lies at
  /// the path now (a backup was put back). Throws SqlError, or syncline::Error when there is no such file.
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
  /// Which file lies at the path: device and inode.
  using FileId = std::pair<std::uint64_t, std::uint64_t>;

  const ReadyTable& find(std::string_view name, bool captured);

  const Settings& settings_;
  std::unique_ptr<Connection> connection_;
  FileId file_;
  std::map<std::string, ReadyTable, std::less<>> ready_;
  std::optional<std::int64_t> schema_version_;  // the one that ready_ was found in
};

}  // namespace localdb::sqlite
