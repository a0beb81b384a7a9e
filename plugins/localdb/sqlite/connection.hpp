#pragma once

#include "plugins/localdb/database.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace localdb::sqlite {

/// What SQLite answered instead of doing it: its extended result code and its text.
class SqlError : public localdb::SqlError {
 public:
  SqlError(int code, const std::string& message);
  [[nodiscard]] int code() const { return code_; }

 private:
  int code_;
};

/// One connection to a database file that exists. One thread at a time.
class Connection final : public localdb::Connection {
 public:
  /// Opens `path` for reading and writing; foreign keys on, commits synced. Throws SqlError, or syncline::Error when
  /// there is no such file.
  Connection(const std::string& path, std::chrono::milliseconds busy_timeout);
  ~Connection() override;

  /// Compiled once and then kept.
  [[nodiscard]] Statement prepare(const std::string& text) override;
  void run(const std::string& text) override;
  [[nodiscard]] bool in_transaction() const override;
  void begin_call(std::chrono::milliseconds lock_timeout, std::chrono::milliseconds budget,
                  std::function<bool()> cancelled) override;
  /// False when another file lies at the path now: a backup was put back.
  [[nodiscard]] bool usable() override;
  [[nodiscard]] std::string schema_version() override;
  /// Not while the file is locked.
  void run_if_free(Statement statement) override;

 private:
  /// Which file lies at the path: device and inode.
  using FileId = std::pair<std::uint64_t, std::uint64_t>;
  [[nodiscard]] static FileId file_at(const std::string& path);
  void require(int code) const;

  struct Close {
    void operator()(sqlite3* database) const;
  };
  const std::string path_;
  const FileId file_;
  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<std::string, std::shared_ptr<sqlite3_stmt>> statements_;
  std::function<bool()> cancelled_;
  std::chrono::milliseconds busy_timeout_{};
};

/// A part of a write transaction that can fail alone: undone unless keep() was called.
class Savepoint {
 public:
  explicit Savepoint(Connection& connection);
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();

  void keep();

 private:
  Connection& connection_;
  bool kept_ = false;
};

}  // namespace localdb::sqlite
