#include "hub/store/schema.hpp"

#include "hub/store/statements.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace hub::store {

namespace {

constexpr std::string_view kVersions = "schema_version";

/// The tables that the migrations make.
const std::set<std::string, std::less<>>& made_by_migrations() {
  static const auto names = [] {
    constexpr std::string_view kMakes = "create";
    constexpr std::string_view kTable = " table ";
    std::set<std::string, std::less<>> all;
    for (const Migration& migration : migrations(Dialect::kSqlite))
      for (const std::string_view statement : migration.statements) {
        if (!statement.starts_with(kMakes) || !statement.substr(kMakes.size()).starts_with(kTable)) continue;
        const std::string_view rest = statement.substr(kMakes.size() + kTable.size());
        all.emplace(rest.substr(0, rest.find(' ')));
      }
    return all;
  }();
  return names;
}

/// What a session finds where a store is, or is to be, and what its role may do there.
class Ground {
 public:
  Ground(Session& session, const Location& location) : session_(session), location_(location) {
    session.each("who_and_where", {}, [&](const Row& row) {
      role_ = quoted(row.text(0));
      schema_ = row.is_null(1) ? std::string() : quoted(row.text(1));
      search_path_ = row.text(2);
      may_create_ = row.integer(3) != 0;
    });
    session.each("list_tables", {}, [&](const Row& row) {
      const bool versions = row.text(0) == kVersions;
      has_versions_ = has_versions_ || versions;
      if (versions || made_by_migrations().contains(row.text(0)))
        tables_.push_back({row.text(0), row.text(1), row.integer(2) != 0, row.integer(3) != 0, row.integer(4) != 0});
    });
  }

  /// The version of the schema that is there; 0: none.
  [[nodiscard]] int version() const {
    if (schema_.empty())
      refuse("role " + role_ + " may use no schema of its search path (" + search_path_ +
             "). Let the schema's owner run: grant usage on schema NAME to " + role_ +
             "; or make one: create schema syncline authorization " + role_ + "; and add " + std::string(kChoice));
    if (tables_.empty()) return 0;
    const auto other = std::find_if(tables_.begin(), tables_.end(), [](const auto& t) { return t.name != kVersions; });
    if (!has_versions_ || other == tables_.end()) refuse_as_foreign(tables_.front().name);
    require(&Table::may_read, "read", "select");
    try {
      return static_cast<int>(session_.integer("read_schema_version"));
    } catch (const StoreError& error) {
      if (error.kind() != StoreErrorKind::kOther) throw;
      refuse_as_foreign(std::string(kVersions));
    }
  }

  /// Of a store at schema `version`: the role may do to it what this binary is going to do.
  void require_writable(int version) const {
    if (version > latest_schema_version()) refuse_as_newer(version);
    if (version == latest_schema_version())
      return require(&Table::may_write, "write to", "select, insert, update, delete");
    for (const Table& table : tables_)
      if (!table.is_own)
        refuse("it is at schema version " + std::to_string(version) + ", and only role " + quoted(table.owner) +
               ", which owns its tables, can bring it to version " + std::to_string(latest_schema_version()) +
               ": run `syncline migrate` with that role in the URL");
    if (!may_create_)
      refuse("role " + role_ + " may not create tables in schema " + schema_ +
             ". Let the schema's owner run: grant create on schema " + schema_ + " to " + role_ + ";");
  }

  [[noreturn]] void refuse_as_newer(int version) const {
    refuse("its schema is version " + std::to_string(version) + ", and this binary knows only " +
           std::to_string(latest_schema_version()) + ": run the newer binary that made it");
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw StoreError(StoreErrorKind::kUnavailable, "store: " + location_.shown() + ": " + why);
  }

 private:
  static constexpr std::string_view kChoice = "options=-csearch_path%3Dsyncline to the URL";

  struct Table {
    std::string name;
    std::string owner;
    bool may_read;
    bool may_write;
    bool is_own;
  };

  static std::string quoted(const std::string& name) { return '"' + name + '"'; }

  void require(bool Table::*may, const std::string& verb, const std::string& rights) const {
    const auto barred = std::find_if(tables_.begin(), tables_.end(), [&](const Table& table) { return !(table.*may); });
    if (barred == tables_.end()) return;
    const auto more = std::count_if(barred + 1, tables_.end(), [&](const Table& table) { return !(table.*may); });
    refuse("role " + role_ + " may not " + verb + " table " + barred->name +
           (more == 0 ? "" : " and " + std::to_string(more) + " more") + ", which role " + quoted(barred->owner) +
           " owns. Use that role, or let it run: grant " + rights + " on all tables in schema " + schema_ + " to " +
           role_ + ";");
  }

  [[noreturn]] void refuse_as_foreign(const std::string& table) const {
    if (session_.dialect() == Dialect::kSqlite)
      refuse("its table " + table + " is none of Syncline's: name a hub.data whose hub.db is Syncline's own");
    refuse("table " + table + " in schema " + schema_ +
           " is none of Syncline's. Give the store a schema of its own: create schema syncline authorization " + role_ +
           "; and add " + std::string(kChoice));
  }

  Session& session_;
  const Location& location_;
  std::string role_;
  std::string schema_;
  std::string search_path_;
  bool may_create_ = false;
  bool has_versions_ = false;
  std::vector<Table> tables_;
};

}  // namespace

int latest_schema_version() { return migrations(Dialect::kSqlite).back().version; }

int schema_version(Session& session, const Location& location) { return Ground(session, location).version(); }

void bring_up_to_date(Session& session, const Location& location, const base::Clock& clock) {
  const Ground ground(session, location);
  const int present = ground.version();
  ground.require_writable(present);
  if (present == 0) session.run("create_schema_version");
  for (const Migration& migration : migrations(session.dialect())) {
    if (migration.version <= present) continue;
    for (const std::string& statement : migration.statements) session.execute_script_statement(statement);
    session.run("insert_schema_version", {migration.version, migration.name, clock.now_ms()});
  }
}

void require_latest_schema(Session& session, const Location& location) {
  const Ground ground(session, location);
  const int version = ground.version();
  if (version > latest_schema_version()) ground.refuse_as_newer(version);
  if (version < latest_schema_version())
    ground.refuse("it is at schema version " + std::to_string(version) + ", and this binary needs " +
                  std::to_string(latest_schema_version()) + ": run `syncline migrate` first");
}

}  // namespace hub::store
