#include "tests/bench/floor_store.hpp"

#include "tests/bench/floor_statements.hpp"

#include <sqlite3.h>

#include <map>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

constexpr std::string_view kTargets[] = {"ERP", "Portal", "LocalDB"};

}  // namespace

struct FloorStore::Impl {
  struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  Impl(const std::filesystem::path& file, Pragmas pragmas) : sql(floor_statements("floor.sql")) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
    sqlite3* opened = nullptr;
    const int result = sqlite3_open(file.c_str(), &opened);
    database.reset(opened);
    check(result == SQLITE_OK);
    execute(pragmas == Pragmas::kTuned ? "pragmas_tuned" : "pragmas_plain");
    execute("schema");
    begin = prepare("begin");
    commit = prepare("commit");
    journal = prepare("insert_journal");
    read = prepare("read_canonical");
    upsert = prepare("upsert_canonical");
    outbound = prepare("insert_outbound");
  }

  void check(bool fine) const {
    if (!fine) throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database.get()));
  }
  void execute(const std::string& name) const {
    check(sqlite3_exec(database.get(), sql.at(name).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  [[nodiscard]] Statement prepare(const std::string& name) const {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(database.get(), sql.at(name).c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                             nullptr) == SQLITE_OK);
    return Statement(statement);
  }
  /// Runs a statement that gives no rows, its parameters bound from `values` in order.
  template <class... Values>
  void run(const Statement& statement, const Values&... values) const {
    int position = 0;
    (bind(statement, ++position, values), ...);
    check(sqlite3_step(statement.get()) == SQLITE_DONE);
    sqlite3_reset(statement.get());
  }
  static void bind(const Statement& statement, int position, std::int64_t value) {
    sqlite3_bind_int64(statement.get(), position, value);
  }
  static void bind(const Statement& statement, int position, std::string_view value) {
    sqlite3_bind_text(statement.get(), position, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }

  std::map<std::string, std::string> sql;
  std::unique_ptr<sqlite3, CloseDatabase> database;  // outlives the statements below
  Statement begin, commit, journal, read, upsert, outbound;
};

FloorStore::FloorStore(const std::filesystem::path& file, Pragmas pragmas)
    : impl_(std::make_unique<Impl>(file, pragmas)) {}

FloorStore::~FloorStore() = default;

void FloorStore::begin() { impl_->run(impl_->begin); }

void FloorStore::commit() { impl_->run(impl_->commit); }

void FloorStore::add_journal(std::string_view change_id, std::string_view external_id, std::string_view body,
                             std::int64_t at_ms) {
  impl_->run(impl_->journal, change_id, external_id, body, at_ms);
}

std::optional<StoredRecord> FloorStore::read_canonical(std::string_view external_id) {
  sqlite3_stmt* const read = impl_->read.get();
  Impl::bind(impl_->read, 1, external_id);
  const int result = sqlite3_step(read);
  impl_->check(result == SQLITE_ROW || result == SQLITE_DONE);
  std::optional<StoredRecord> record;
  if (result == SQLITE_ROW) {
    const auto* fields = reinterpret_cast<const char*>(sqlite3_column_text(read, 1));
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(read, 1));
    record = StoredRecord{sqlite3_column_int64(read, 0), std::string(fields, length)};
  }
  sqlite3_reset(read);
  return record;
}

void FloorStore::upsert_canonical(std::string_view external_id, std::int64_t version, std::string_view fields,
                                  std::int64_t at_ms) {
  impl_->run(impl_->upsert, external_id, version, fields, at_ms);
}

void FloorStore::add_outbound(std::string_view external_id, std::int64_t version, std::string_view body) {
  for (const std::string_view target : kTargets) impl_->run(impl_->outbound, target, external_id, version, body);
}

void FloorStore::write(const std::vector<const FloorChange*>& changes) {
  begin();
  for (const FloorChange* change : changes)
    add_journal(change->change_id, change->external_id, change->body, change->at_ms);
  for (const FloorChange* change : changes) {
    const StoredRecord before = read_canonical(change->external_id).value_or(StoredRecord{});
    const std::string fields = change->merge(before.fields);
    upsert_canonical(change->external_id, before.version + 1, fields, change->at_ms);
    add_outbound(change->external_id, before.version + 1, fields);
  }
  commit();
}

}  // namespace bench
