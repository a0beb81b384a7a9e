#include "plugins/localdb/sqlite/connection.hpp"

#include "plugins/localdb/statements.hpp"

#include <syncline/source.hpp>

#include <sqlite3.h>
#include <sys/stat.h>

namespace localdb::sqlite {

namespace {

constexpr std::size_t kKeptStatements = 256;
constexpr int kStepsBetweenPolls = 4'000;

const std::string& sql(std::string_view name) { return localdb::sql("sqlite", name); }

std::string bytes_of(const void* bytes, int count) {
  return count == 0 ? std::string{} : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

Fault fault_of(int code) {
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return Fault::kReferred;
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_ERROR: return Fault::kRow;
    case SQLITE_INTERRUPT: return Fault::kCancelled;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return Fault::kMisconfigured;
    default: return Fault::kUnavailable;
  }
}

/// A statement of SQLite's, made ready for its next use at the end.
class Prepared final : public Statement::Work {
 public:
  explicit Prepared(std::shared_ptr<sqlite3_stmt> statement) : statement_(std::move(statement)) {}
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() override {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
  }

  void bind(int index, const Value& value) override {
    if (const auto* text = std::get_if<std::string>(&value)) {
      bind_text(index, *text);
    } else if (const auto* digits = std::get_if<Digits>(&value)) {
      bind_text(index, digits->text);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      require(sqlite3_bind_int64(statement_.get(), index, *number));
    } else if (const auto* real = std::get_if<double>(&value)) {
      require(sqlite3_bind_double(statement_.get(), index, *real));
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      require(sqlite3_bind_blob64(statement_.get(), index, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT));
    } else {
      require(sqlite3_bind_null(statement_.get(), index));
    }
  }

  bool step() override {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) throw SqlError(code, sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
    return false;
  }

  [[nodiscard]] Value value(int index) const override {
    switch (sqlite3_column_type(statement_.get(), index)) {
      case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement_.get(), index)};
      case SQLITE_FLOAT: return sqlite3_column_double(statement_.get(), index);
      case SQLITE_TEXT: {
        const void* bytes = sqlite3_column_text(statement_.get(), index);
        return bytes_of(bytes, sqlite3_column_bytes(statement_.get(), index));
      }
      case SQLITE_BLOB: {
        const void* bytes = sqlite3_column_blob(statement_.get(), index);
        return Blob{bytes_of(bytes, sqlite3_column_bytes(statement_.get(), index))};
      }
      default: return Null{};
    }
  }

 private:
  void bind_text(int index, const std::string& text) const {
    require(sqlite3_bind_text64(statement_.get(), index, text.c_str(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  void require(int code) const {
    if (code != SQLITE_OK) throw SqlError(code, sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
  }
  std::shared_ptr<sqlite3_stmt> statement_;  // shared with the connection, which may forget it earlier
};

}  // namespace

SqlError::SqlError(int code, const std::string& message) : localdb::SqlError(fault_of(code), message), code_(code) {}

void Connection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Connection::FileId Connection::file_at(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0)
    throw syncline::Error(syncline::kRetry, path + ": there is no such file; check the setting 'path'");
  return {status.st_dev, status.st_ino};
}

Connection::Connection(const std::string& path, std::chrono::milliseconds busy_timeout)
    : path_(path), file_(file_at(path)) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) throw SqlError(code, database == nullptr ? "out of memory" : sqlite3_errmsg(database));
  sqlite3_busy_timeout(database, static_cast<int>(busy_timeout.count()));
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
  if (const auto kept = statements_.find(text); kept != statements_.end())
    return Statement(std::make_unique<Prepared>(kept->second));
  sqlite3_stmt* statement = nullptr;
  require(sqlite3_prepare_v3(database_.get(), text.c_str(), static_cast<int>(text.size()) + 1,
                             SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  if (statements_.size() >= kKeptStatements) statements_.clear();
  return Statement(std::make_unique<Prepared>(statements_[text] = {statement, &sqlite3_finalize}));
}

void Connection::run(const std::string& text) {
  require(sqlite3_exec(database_.get(), text.c_str(), nullptr, nullptr, nullptr));
}

void Connection::begin_call(std::chrono::milliseconds lock_timeout, std::chrono::milliseconds,
                            std::function<bool()> cancelled) {
  busy_timeout_ = lock_timeout;
  sqlite3_busy_timeout(database_.get(), static_cast<int>(lock_timeout.count()));
  cancelled_ = std::move(cancelled);
}

bool Connection::usable() { return file_at(path_) == file_; }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

std::string Connection::schema_version() {
  Statement statement = prepare(sql("schema_version"));
  return statement.step() ? statement.text(0) : std::string{};
}

void Connection::run_if_free(Statement statement) {
  sqlite3_busy_timeout(database_.get(), 0);
  try {
    statement.run();
  } catch (const SqlError&) {
    // It is locked, or cannot be written for now: what is old stays a while longer.
  }
  sqlite3_busy_timeout(database_.get(), static_cast<int>(busy_timeout_.count()));
}

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
