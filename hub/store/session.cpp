#include "hub/store/session.hpp"

#include "hub/base/log.hpp"
#include "hub/store/ahead.hpp"
#include "hub/store/connection.hpp"
#include "hub/store/json_rows.hpp"
#include "hub/store/set_form.hpp"

#include <map>
#include <unordered_map>
#include <utility>

namespace hub::store {

namespace {

/// SOCI's text without the statement and its values: those are somebody's data.
std::string reason(const soci::soci_error& error) {
  const std::string text = error.what();
  const std::string whole = text.substr(0, text.find(" while "));
  return whole.substr(0, whole.find_last_not_of('\n') + 1);
}

Arguments span_of(const Params& params) { return {params.begin(), params.size()}; }

}  // namespace

struct Session::Impl {
  Mode mode = Mode::kRead;
  std::unique_ptr<Connection> connection;
  std::unordered_map<std::string_view, std::unique_ptr<Batch>> batches;
  std::unordered_map<std::string_view, NamedStatement> many;                             // of queries, for many rows
  std::map<std::string, std::pair<NamedStatement, std::unique_ptr<Batch>>> row_writers;  // by table
  Ahead ahead;
  bool expecting = false;  // of what was asked for, something will be in `ahead`
  bool checking = false;   // … or will be told to somebody who may refuse it

  [[nodiscard]] StoreError error_of(const soci::soci_error& error, const std::string& what = {}) const {
    const StoreErrorKind kind = connection ? connection->kind_of(error) : StoreErrorKind::kUnavailable;
    return {kind, "store: " + what + reason(error) + (connection ? connection->advice_on(error) : std::string())};
  }

  /// Runs `body`; what SOCI throws leaves as a StoreError that names `what`.
  template <class Body>
  auto classified(std::string_view what, Body&& body) const {
    try {
      return body();
    } catch (const soci::soci_error& e) {
      throw error_of(e, std::string(what) + ": ");
    }
  }

  [[nodiscard]] const NamedStatement& named(std::string_view name) const {
    return named_statement(connection->dialect(), name);
  }

  void settle() {
    expecting = checking = false;
    try {
      connection->settle();
    } catch (const soci::soci_error& e) {
      throw error_of(e);  // it names the statement itself
    }
  }

  /// Before a query that what is expected may answer.
  void settle_expected() {
    if (expecting) settle();
  }

  /// Before a statement that writes.
  void writes(std::string_view name) {
    settle_expected();
    ahead.forget(named(name));
  }

  void ask(std::string_view name, Arguments arguments, OnRow row, OnChanged changed) {
    classified(name, [&] { connection->ask(named(name), arguments, std::move(row), std::move(changed)); });
  }

  Batch& batch(std::string_view name) {
    if (const auto it = batches.find(name); it != batches.end()) return *it->second;
    const NamedStatement& text = named(name);
    return *batches.emplace(text.name, connection->batch(text)).first->second;
  }
};

Session::Session(const Location& location, Mode mode) : impl_(std::make_unique<Impl>()) {
  impl_->mode = mode;
  impl_->classified("open " + location.shown(), [&] {
    impl_->connection = location.dialect() == Dialect::kSqlite ? connect_sqlite(location.file(), mode)
                                                               : connect_postgresql(location.url());
  });
  const std::string_view prefix = mode == Mode::kRead    ? "setup_reader_"
                                  : mode == Mode::kWrite ? "setup_writer_"
                                                         : "setup_scratch_";
  for (const NamedStatement& statement : named_statements(location.dialect()))
    if (statement.name.starts_with(prefix)) each(statement.name, {}, [](const Row&) {});
  impl_->connection->is_set_up();
}

Session::~Session() = default;

Dialect Session::dialect() const { return impl_->connection->dialect(); }
bool Session::usable() const { return impl_->connection->usable(); }

void Session::begin() { soon(impl_->mode == Mode::kRead ? "begin_read" : "begin_write"); }

void Session::commit() {
  if (impl_->checking || impl_->expecting) settle();
  impl_->ahead.clear();
  run("commit");
}

void Session::rollback() noexcept {
  drop_batches();
  impl_->ahead.clear();
  impl_->expecting = impl_->checking = false;
  if (!usable() || !impl_->connection->in_transaction()) return;  // the database has rolled back by itself
  try {
    run("rollback");
  } catch (const std::exception& e) {
    base::log(base::LogLevel::kError, "store", e.what());
  }
}

std::int64_t Session::run(std::string_view name, Params params) {
  std::int64_t rows = 0;
  impl_->writes(name);
  impl_->ask(name, span_of(params), {}, [&](std::int64_t changed) { rows = changed; });
  impl_->settle();
  return rows;
}

void Session::soon(std::string_view name, Params params) {
  impl_->writes(name);
  impl_->ask(name, span_of(params), {}, {});
}

void Session::settle() { impl_->settle(); }

void Session::each(std::string_view name, Params params, const std::function<void(const Row&)>& row) {
  impl_->settle_expected();
  if (const auto* rows = impl_->ahead.find(name, params)) {
    for (const KeptRow& kept : std::vector<KeptRow>(*rows)) row(kept);  // a copy: `row` may write to the table
    return;
  }
  impl_->ask(name, span_of(params), [&](const Row& found) { row(found); }, {});
  impl_->settle();
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

bool Session::reads_ahead() const { return impl_->connection->asks_together(); }

void Session::read_ahead(std::string_view name) {
  if (!reads_ahead()) return;
  const NamedStatement& query = impl_->named(name);
  std::vector<KeptRow>* rows = impl_->ahead.add(query, {});
  if (rows == nullptr) return;
  impl_->ask(name, {}, [rows, &query](const Row& row) { rows->emplace_back(row, query.out, 0); }, {});
  impl_->expecting = true;
}

void Session::read_ahead(std::string_view name, const std::vector<std::vector<std::string>>& keys) {
  if (!reads_ahead()) return;
  const NamedStatement& one = impl_->named(name);
  JsonRows parameters;
  std::vector<std::vector<KeptRow>*> found;  // by the number of the parameters
  for (const auto& key : keys) {
    std::vector<KeptRow>* rows = impl_->ahead.add(one, key);
    if (rows == nullptr) continue;
    found.push_back(rows);
    parameters.add_numbered(key);
  }
  if (found.empty()) return;
  auto many = impl_->many.find(name);
  if (many == impl_->many.end()) many = impl_->many.emplace(one.name, reading_many(one)).first;  // made once
  const std::string text = parameters.take();
  const Param all(text);
  const auto& columns = many->second.out;
  impl_->classified(name, [&] {
    impl_->connection->ask(many->second, {&all, 1},
                           [found = std::move(found), &columns](const Row& row) {
                             found[static_cast<std::size_t>(row.integer(0))]->emplace_back(row, columns, 1);
                           },
                           {});
  });
  impl_->expecting = true;
}

void Session::add(std::string_view name, Params params) {
  impl_->classified(name, [&] { impl_->batch(name).add(span_of(params)); });
}

std::int64_t Session::batch_size(std::string_view name) const {
  const auto it = impl_->batches.find(name);
  return it == impl_->batches.end() ? 0 : it->second->size();
}

void Session::flush(std::string_view name, std::function<void(std::int64_t)> changed) {
  impl_->writes(name);
  const bool checks = changed != nullptr;
  impl_->classified(name, [&] { impl_->batch(name).flush(std::move(changed)); });
  impl_->checking = impl_->checking || checks;
}

void Session::scan(const Table& table, std::string_view condition, const std::function<void(const Row&)>& row) {
  impl_->settle();
  impl_->classified(table.name, [&] { impl_->connection->scan(reading_rows(table, condition), row); });
}

void Session::add_row(const Table& table, const std::vector<Param>& cells) {
  auto& [statement, batch] = impl_->row_writers[table.name];
  impl_->classified(table.name, [&] {
    if (!batch) batch = impl_->connection->batch(statement = inserting_row(table));
    batch->add(cells);
  });
}

void Session::flush_rows(const Table& table) {
  const auto it = impl_->row_writers.find(table.name);
  if (it == impl_->row_writers.end()) return;
  impl_->classified(table.name, [&] { it->second.second->flush({}); });
  impl_->settle();
}

void Session::drop_batches() noexcept {
  impl_->connection->drop_asked();
  for (auto& [name, batch] : impl_->batches) batch->clear();
  impl_->row_writers.clear();
}

void Session::execute_script_statement(const std::string& sql) {
  impl_->settle();
  impl_->classified(sql.substr(0, sql.find('\n')), [&] { impl_->connection->session << sql; });
}

int Session::wal_pages() const { return impl_->connection->wal_pages(); }
void Session::checkpoint() { impl_->connection->checkpoint(); }
bool Session::clear_log() { return impl_->connection->clear_log(); }

}  // namespace hub::store
