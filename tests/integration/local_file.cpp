#include "tests/integration/local_file.hpp"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace tests::integration {

namespace {

constexpr int kBusyMs = 20'000;

}  // namespace

LocalFile::LocalFile(const std::filesystem::path& file, Mode mode) {
  const int flags = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (::sqlite3_open_v2(file.c_str(), &database_, flags, nullptr) != SQLITE_OK) {
    ::sqlite3_close(database_);
    throw std::runtime_error("cannot open " + file.string());
  }
  ::sqlite3_busy_timeout(database_, kBusyMs);
}

LocalFile::~LocalFile() { ::sqlite3_close(database_); }

void LocalFile::run(const std::string& script) {
  if (::sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(script + ": " + ::sqlite3_errmsg(database_));
}

std::vector<LocalFile::Row> LocalFile::query(std::string_view statement, const Row& parameters) {
  const auto fail = [&] { throw std::runtime_error(std::string(statement) + ": " + ::sqlite3_errmsg(database_)); };
  sqlite3_stmt* prepared = nullptr;
  if (::sqlite3_prepare_v2(database_, statement.data(), static_cast<int>(statement.size()), &prepared, nullptr) !=
      SQLITE_OK)
    fail();
  const std::unique_ptr<sqlite3_stmt, decltype(&::sqlite3_finalize)> owned(prepared, ::sqlite3_finalize);
  int index = 0;
  for (const auto& parameter : parameters)
    parameter ? ::sqlite3_bind_text(prepared, ++index, parameter->c_str(), -1, nullptr)
              : ::sqlite3_bind_null(prepared, ++index);
  std::vector<Row> rows;
  int code = ::sqlite3_step(prepared);
  for (; code == SQLITE_ROW; code = ::sqlite3_step(prepared)) {
    Row& row = rows.emplace_back();
    for (int column = 0; column < ::sqlite3_column_count(prepared); ++column) {
      const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(prepared, column));
      row.push_back(text == nullptr ? std::nullopt : std::optional<std::string>(text));
    }
  }
  if (code != SQLITE_DONE) fail();
  return rows;
}

std::string LocalFile::value(std::string_view statement, const Row& parameters) {
  const auto rows = query(statement, parameters);
  return rows.empty() ? std::string() : rows.front().front().value_or("");
}

void LocalFile::transaction(const std::function<void()>& work) {
  run("begin immediate");
  try {
    work();
  } catch (...) {
    run("rollback");
    throw;
  }
  run("commit");
}

int LocalFile::changes() const { return ::sqlite3_changes(database_); }

void create_local_tables(const std::filesystem::path& file) {
  LocalFile(file).run(R"(
    pragma journal_mode = wal;
    create table clients (id integer primary key, account_no text unique, full_name text, email text, phone text,
                          note text);
    create table orders (id integer primary key, order_no text unique, client_id integer references clients (id),
                         total numeric, placed_at text);
  )");
}

}  // namespace tests::integration
