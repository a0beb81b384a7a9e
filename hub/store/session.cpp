#include "hub/store/session.hpp"

#include "hub/base/log.hpp"
#include "hub/store/statements.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <cstring>
#include <deque>
#include <unordered_map>

namespace hub::store {

using namespace sqlite_api;  // SOCI includes sqlite3.h inside this namespace

namespace {

StoreErrorKind kind_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
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

/// SOCI's text without the statement and its values: those are somebody's data.
std::string reason(const soci::soci_error& error) {
  const std::string text = error.what();
  return text.substr(0, text.find(" while "));
}

/// Runs `body`; what SOCI throws leaves as a StoreError that names `what`.
template <class Body>
auto classified(std::string_view what, Body&& body) {
  try {
    return body();
  } catch (const soci::sqlite3_soci_error& e) {
    throw StoreError(kind_of(e.result()), "store: " + std::string(what) + ": " + reason(e));
  } catch (const soci::soci_error& e) {
    throw StoreError(StoreErrorKind::kOther, "store: " + std::string(what) + ": " + reason(e));
  }
}

/// One parameter of one call.
struct Slot {
  std::string text;
  long long number = 0;
  soci::indicator indicator = soci::i_null;

  void set(const Param& param) {
    indicator = param.is_null() ? soci::i_null : soci::i_ok;
    if (param.is_integer())
      number = param.number();
    else
      text.assign(param.text());
  }
};

/// One parameter of a whole batch.
struct Column {
  std::vector<std::string> texts;
  std::vector<long long> numbers;
  std::vector<soci::indicator> indicators;
};

void check_count(const NamedStatement& named, const Params& params) {
  if (params.size() != named.in.size())
    throw std::logic_error("statement " + named.name + " takes " + std::to_string(named.in.size()) + " parameters");
}

/// A named statement prepared to run row by row. SOCI holds addresses into the slots, so an object never moves.
class Prepared final : public Row {
 public:
  Prepared(soci::session& session, const NamedStatement& named)
      : named_(named), in_(named.in.size()), out_(named.out.size()), statement_(session) {
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (named.in[i].integer)
        statement_.exchange(soci::use(in_[i].number, in_[i].indicator, named.in[i].name));
      else
        statement_.exchange(soci::use(in_[i].text, in_[i].indicator, named.in[i].name));
    }
    for (std::size_t i = 0; i < out_.size(); ++i) {
      if (named.out[i].integer)
        statement_.exchange(soci::into(out_[i].number, out_[i].indicator));
      else
        statement_.exchange(soci::into(out_[i].text, out_[i].indicator));
    }
    statement_.alloc();
    statement_.prepare(named.sql);
    statement_.define_and_bind();
  }

  std::int64_t run(const Params& params) {
    set(params);
    statement_.execute(true);
    return statement_.get_affected_rows();
  }

  void each(const Params& params, const std::function<void(const Row&)>& row) {
    set(params);
    for (bool found = statement_.execute(true); found; found = statement_.fetch()) row(*this);
  }

  [[nodiscard]] bool is_null(std::size_t column) const override { return out_[column].indicator == soci::i_null; }
  [[nodiscard]] std::int64_t integer(std::size_t column) const override {
    return is_null(column) ? 0 : out_[column].number;
  }
  [[nodiscard]] const std::string& text(std::size_t column) const override {
    static const std::string empty;
    return is_null(column) ? empty : out_[column].text;
  }

 private:
  void set(const Params& params) {
    check_count(named_, params);
    std::size_t i = 0;
    for (const Param& param : params) in_[i++].set(param);
  }

  const NamedStatement& named_;
  std::deque<Slot> in_;
  std::deque<Slot> out_;
  soci::statement statement_;
};

/// A named statement prepared to run for many rows of parameters in one call.
class Batch {
 public:
  Batch(soci::session& session, const NamedStatement& named)
      : named_(named), columns_(named.in.size()), statement_(session) {
    statement_.alloc();
  }

  void add(const Params& params) {
    check_count(named_, params);
    std::size_t i = 0;
    for (const Param& param : params) {
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

  [[nodiscard]] std::int64_t size() const { return rows_; }

  std::int64_t flush() {
    if (rows_ == 0) return 0;
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
    const std::int64_t changed = statement_.get_affected_rows();
    clear();
    return changed;
  }

  void clear() noexcept {
    for (Column& column : columns_) {
      column.texts.clear();
      column.numbers.clear();
      column.indicators.clear();
    }
    rows_ = 0;
  }

 private:
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

std::string connection_string(const std::filesystem::path& file, Session::Mode mode) {
  const std::string text = "dbname=\"" + file.string() + "\" timeout=10";
  return mode == Session::Mode::kRead ? text + " readonly=true" : text;
}

}  // namespace

struct Session::Impl {
  soci::session session;
  sqlite3* handle = nullptr;
  int wal_pages = 0;
  std::unordered_map<std::string_view, std::unique_ptr<Prepared>> prepared;
  std::unordered_map<std::string_view, std::unique_ptr<Batch>> batches;

  template <class T>
  T& statement(std::unordered_map<std::string_view, std::unique_ptr<T>>& cache, std::string_view name) {
    if (const auto it = cache.find(name); it != cache.end()) return *it->second;
    const NamedStatement& named = named_statement(name);
    return *cache.emplace(named.name, std::make_unique<T>(session, named)).first->second;
  }
};

Session::Session(const std::filesystem::path& file, Mode mode) : impl_(std::make_unique<Impl>()) {
  drop_memory_statistics();
  classified("open " + file.string(), [&] {
    impl_->session.open(soci::sqlite3, connection_string(file, mode));
    impl_->handle = static_cast<soci::sqlite3_session_backend*>(impl_->session.get_backend())->conn_;
  });
  const auto ignore = [](const Row&) {};
  if (mode == Mode::kWrite) {
    for (const char* pragma : {"use_wal", "sync_at_checkpoints", "checkpoint_by_hand", "cache_of_writer",
                               "limit_wal_file", "zero_what_is_deleted"})
      each(pragma, {}, ignore);
    sqlite3_wal_hook(
        impl_->handle,
        [](void* pages, sqlite3*, const char*, int count) {
          *static_cast<int*>(pages) = count;
          return SQLITE_OK;
        },
        &impl_->wal_pages);
  } else {
    each("cache_of_reader", {}, ignore);
  }
}

Session::~Session() = default;

void Session::begin() { run(sqlite3_db_readonly(impl_->handle, "main") == 1 ? "begin_read" : "begin_write"); }
void Session::commit() { run("commit"); }

void Session::rollback() noexcept {
  drop_batches();
  if (sqlite3_get_autocommit(impl_->handle) != 0) return;  // SQLite has rolled back by itself
  try {
    run("rollback");
  } catch (const std::exception& e) {
    base::log(base::LogLevel::kError, "store", e.what());
  }
}

std::int64_t Session::run(std::string_view name, Params params) {
  return classified(name, [&] { return impl_->statement(impl_->prepared, name).run(params); });
}

void Session::each(std::string_view name, Params params, const std::function<void(const Row&)>& row) {
  classified(name, [&] { impl_->statement(impl_->prepared, name).each(params, row); });
}

std::int64_t Session::integer(std::string_view name, Params params, std::int64_t otherwise) {
  bool found = false;
  std::int64_t number = otherwise;
  each(name, params, [&](const Row& row) {
    if (!found && !row.is_null(0)) number = row.integer(0);
    found = true;
  });
  return number;
}

void Session::add(std::string_view name, Params params) { impl_->statement(impl_->batches, name).add(params); }

std::int64_t Session::batch_size(std::string_view name) const {
  const auto it = impl_->batches.find(name);
  return it == impl_->batches.end() ? 0 : it->second->size();
}

std::int64_t Session::flush(std::string_view name) {
  return classified(name, [&] { return impl_->statement(impl_->batches, name).flush(); });
}

void Session::drop_batches() noexcept {
  for (auto& [name, batch] : impl_->batches) batch->clear();
}

void Session::execute_script_statement(const std::string& sql) {
  classified(sql.substr(0, sql.find('\n')), [&] { impl_->session << sql; });
}

int Session::wal_pages() const { return impl_->wal_pages; }

void Session::checkpoint() {
  if (sqlite3_wal_checkpoint_v2(impl_->handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr) == SQLITE_OK)
    impl_->wal_pages = 0;
}

bool Session::clear_log() {
  const bool done =
      sqlite3_wal_checkpoint_v2(impl_->handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
  if (done) impl_->wal_pages = 0;
  return done;
}

}  // namespace hub::store
