#include "hub/store/connection.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace hub::store {

using namespace sqlite_api;  // SOCI includes sqlite3.h inside this namespace

namespace {

/// SQLite runs a statement for each row of SOCI's vectors.
class VectorBatch final : public Batch {
 public:
  VectorBatch(soci::session& session, const NamedStatement& named)
      : named_(named), columns_(named.in.size()), statement_(session) {
    statement_.alloc();
  }

  void add(Arguments arguments) override {
    check_count(named_, arguments);
    std::size_t i = 0;
    for (const Param& param : arguments) {
      Column& column = columns_[i];
      if (named_.in[i].integer)
        column.numbers.push_back(param.number());
      else
        column.texts.emplace_back(param.text());
      column.indicators.push_back(param.is_null() ? soci::i_null : soci::i_ok);
      ++i;
    }
    ++rows_;
  }

  [[nodiscard]] std::int64_t size() const override { return rows_; }

  void flush(OnChanged changed) override {
    if (rows_ == 0) return;
    if (!prepared_) {  // SOCI takes the vectors' addresses, and refuses empty ones
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (named_.in[i].integer)
          statement_.exchange(soci::use(columns_[i].numbers, columns_[i].indicators, named_.in[i].name));
        else
          statement_.exchange(soci::use(columns_[i].texts, columns_[i].indicators, named_.in[i].name));
      }
      statement_.prepare(named_.sql);
      statement_.define_and_bind();
      prepared_ = true;
    }
    statement_.execute(true);
    const std::int64_t rows = statement_.get_affected_rows();
    clear();
    if (changed) changed(rows);
  }

  void clear() noexcept override {
    for (Column& column : columns_) {
      column.texts.clear();
      column.numbers.clear();
      column.indicators.clear();
    }
    rows_ = 0;
  }

 private:
  /// One parameter of all rows.
  struct Column {
    std::vector<std::string> texts;
    std::vector<long long> numbers;
    std::vector<soci::indicator> indicators;
  };

  const NamedStatement& named_;
  std::deque<Column> columns_;
  std::int64_t rows_ = 0;
  bool prepared_ = false;
  soci::statement statement_;
};

/// SQLite keeps books on its memory behind a lock, for functions that nobody here calls. Too late, and without effect,
/// when a plugin has used SQLite before.
void drop_memory_statistics() {
  static const int result = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(result);
}

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const std::filesystem::path& file, Session::Mode mode) {
    drop_memory_statistics();
    const std::string text = "dbname=\"" + file.string() + "\" timeout=10";
    session.open(soci::sqlite3, mode == Session::Mode::kRead ? text + " readonly=true" : text);
    handle_ = static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
  }

  void is_set_up() override {  // the pragma for checkpoints takes the hook away
    sqlite3_wal_hook(
        handle_,
        [](void* pages, sqlite3*, const char*, int count) {
          *static_cast<int*>(pages) = count;
          return SQLITE_OK;
        },
        &wal_pages_);
  }

  [[nodiscard]] Dialect dialect() const override { return Dialect::kSqlite; }

  [[nodiscard]] StoreErrorKind kind_of(const soci::soci_error& error) const override {
    const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    switch (sqlite == nullptr ? SQLITE_ERROR : sqlite->result() & 0xff) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED: return StoreErrorKind::kBusy;
      case SQLITE_FULL: return StoreErrorKind::kFull;
      case SQLITE_READONLY:
      case SQLITE_PERM: return StoreErrorKind::kReadOnly;
      case SQLITE_CANTOPEN: return StoreErrorKind::kUnavailable;
      case SQLITE_IOERR:
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB: return StoreErrorKind::kBroken;
      case SQLITE_CONSTRAINT: return StoreErrorKind::kConstraint;
      default: return StoreErrorKind::kOther;
    }
  }

  [[nodiscard]] bool in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }

  void ask(const NamedStatement& statement, Arguments arguments, OnRow row, OnChanged changed) override {
    auto& prepared = prepared_[&statement];
    if (!prepared) prepared = std::make_unique<Prepared>(session, statement);
    if (row) return prepared->each(arguments, row);
    const std::int64_t rows = prepared->run(arguments);
    if (changed) changed(rows);
  }
  [[nodiscard]] std::unique_ptr<Batch> batch(const NamedStatement& statement) override {
    return std::make_unique<VectorBatch>(session, statement);
  }

  void checkpoint() override {
    if (sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr) == SQLITE_OK)
      wal_pages_ = 0;
  }

  [[nodiscard]] bool clear_log() override {
    const bool done =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
    if (done) wal_pages_ = 0;
    return done;
  }

  [[nodiscard]] int wal_pages() const override { return wal_pages_; }

 private:
  sqlite3* handle_ = nullptr;
  std::unordered_map<const NamedStatement*, std::unique_ptr<Prepared>> prepared_;
  int wal_pages_ = 0;
};

}  // namespace

std::unique_ptr<Connection> connect_sqlite(const std::filesystem::path& file, Session::Mode mode) {
  return std::make_unique<SqliteConnection>(file, mode);
}

}  // namespace hub::store
