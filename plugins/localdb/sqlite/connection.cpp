#include "plugins/localdb/sqlite/connection.hpp"

#include "plugins/localdb/sqlite/statements.hpp"

#include <sqlite3.h>

namespace localdb::sqlite {

namespace {

constexpr std::size_t kKeptStatements = 256;
constexpr int kStepsBetweenPolls = 4'000;

std::string bytes_of(const void* bytes, int count) {
  return count == 0 ? std::string{} : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

}  // namespace

Statement::~Statement() {
  if (!statement_) return;
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

void Statement::require(int code) const {
  if (code != SQLITE_OK) throw SqlError(code, sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
}

Statement& Statement::bind(int index, std::string_view text) {
  require(sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                              SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int index, std::int64_t number) {
  require(sqlite3_bind_int64(statement_.get(), index, number));
  return *this;
}

Statement& Statement::bind_value(int index, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return bind(index, std::string_view{*text});
  if (const auto* digits = std::get_if<Digits>(&value)) return bind(index, std::string_view{digits->text});
  if (const auto* number = std::get_if<std::int64_t>(&value)) return bind(index, *number);
  if (const auto* real = std::get_if<double>(&value)) {
    require(sqlite3_bind_double(statement_.get(), index, *real));
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    require(sqlite3_bind_blob64(statement_.get(), index, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT));
  } else {
    require(sqlite3_bind_null(statement_.get(), index));
  }
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw SqlError(code, sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

Value Statement::value(int index) const {
  switch (sqlite3_column_type(statement_.get(), index)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement_.get(), index)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement_.get(), index);
    case SQLITE_TEXT: return text(index);
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement_.get(), index);
      return Blob{bytes_of(bytes, sqlite3_column_bytes(statement_.get(), index))};
    }
    default: return Null{};
  }
}

std::int64_t Statement::integer(int index) const { return sqlite3_column_int64(statement_.get(), index); }

std::string Statement::text(int index) const {
  const void* bytes = sqlite3_column_text(statement_.get(), index);  // first: it may convert, and so change the length
  return bytes_of(bytes, sqlite3_column_bytes(statement_.get(), index));
}

bool Statement::is_null(int index) const { return sqlite3_column_type(statement_.get(), index) == SQLITE_NULL; }

void Connection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Connection::Connection(const std::string& path, std::chrono::milliseconds busy_timeout) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) throw SqlError(code, database == nullptr ? "out of memory" : sqlite3_errmsg(database));
  set_busy_timeout(busy_timeout);
  run(sql("prepare_connection"));
  sqlite3_progress_handler(
      database, kStepsBetweenPolls,
      [](void* self) {
        const auto& cancelled = static_cast<Connection*>(self)->cancelled_;
        return cancelled && cancelled() ? 1 : 0;
      },
      this);
}

Connection::~Connection() = default;

void Connection::require(int code) const {
  if (code != SQLITE_OK) throw SqlError(code, sqlite3_errmsg(database_.get()));
}

Statement Connection::prepare(const std::string& text) {
  if (const auto kept = statements_.find(text); kept != statements_.end()) return Statement(kept->second);
  sqlite3_stmt* statement = nullptr;
  require(sqlite3_prepare_v3(database_.get(), text.c_str(), static_cast<int>(text.size()) + 1,
                             SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  if (statements_.size() >= kKeptStatements) statements_.clear();
  return Statement(statements_[text] = {statement, &sqlite3_finalize});
}

void Connection::run(const std::string& text) {
  require(sqlite3_exec(database_.get(), text.c_str(), nullptr, nullptr, nullptr));
}

void Connection::set_busy_timeout(std::chrono::milliseconds timeout) {
  sqlite3_busy_timeout(database_.get(), static_cast<int>(timeout.count()));
}

void Connection::set_cancelled(std::function<bool()> cancelled) { cancelled_ = std::move(cancelled); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

std::int64_t Connection::schema_version() {
  Statement statement = prepare(sql("schema_version"));
  return statement.step() ? statement.integer(0) : 0;
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  connection_.prepare(sql(kind == Kind::kWrite ? "begin_write" : "begin_read")).run();
}

Transaction::~Transaction() {
  // A rollback fails only when SQLite has rolled back by itself, and then there is nothing left to undo.
  if (connection_.in_transaction()) try {
      connection_.prepare(sql("rollback")).run();
    } catch (const SqlError&) {
    }
}

void Transaction::commit() { connection_.prepare(sql("commit")).run(); }

Savepoint::Savepoint(Connection& connection) : connection_(connection) { connection_.prepare(sql("begin_item")).run(); }

void Savepoint::keep() {
  connection_.prepare(sql("keep_item")).run();
  kept_ = true;
}

Savepoint::~Savepoint() {
  // Without a transaction SQLite has undone everything already: see Transaction.
  if (!kept_ && connection_.in_transaction()) try {
      connection_.prepare(sql("undo_item")).run();
      connection_.prepare(sql("keep_item")).run();
    } catch (const SqlError&) {
    }
}

}  // namespace localdb::sqlite
