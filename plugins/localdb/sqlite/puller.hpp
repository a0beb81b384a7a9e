#pragma once

#include "plugins/localdb/cursor.hpp"
#include "plugins/localdb/sqlite/coverage.hpp"
#include "plugins/localdb/sqlite/session.hpp"

namespace syncline {
struct PullRequest;
class ChangeSink;
}  // namespace syncline

namespace localdb::sqlite {

/// One pull of one table: the load by primary key, then what was captured since the load began.
class Puller {
 public:
  /// All of them outlive this; `session` is open for `call`.
  Puller(Session& session, Connection& connection, const syncline::Call& call, Coverage& coverage,
         std::chrono::milliseconds keep_captured)
      : session_(session), connection_(connection), call_(call), coverage_(coverage), keep_captured_(keep_captured) {}

  /// See syncline_plugin.pull. Throws SqlError or syncline::Error.
  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out);

 private:
  struct Captured;

  /// Each emits at most a batch, moves `cursor` and says whether there may be more.
  bool read_table(const ReadyTable& table, Cursor& cursor, syncline::ChangeSink& out);
  bool read_log(const ReadyTable& table, Cursor& cursor, syncline::ChangeSink& out);
  /// Emits one change, unless the row has no usable key.
  void emit(const ReadyTable& table, const Captured& change, syncline::ChangeSink& out);
  /// The marks of the columns in a captured list of names.
  const std::vector<bool>& changed_columns(const Table& table, const std::string& names);
  void stop_if_cancelled(const Cursor& cursor, syncline::ChangeSink& out) const;
  [[nodiscard]] std::int64_t last_captured(const ReadyTable& table);
  /// Removes captured changes up to `seq` that are old enough, at most `most`; not while the file is locked.
  void forget(const ReadyTable& table, std::int64_t seq, std::int64_t most);
  void warn(const std::string& message) const;

  Session& session_;
  Connection& connection_;
  const syncline::Call& call_;
  Coverage& coverage_;
  const std::chrono::milliseconds keep_captured_;
  std::string last_names_;  // what changed_ was read from
  std::vector<bool> changed_;
};

}  // namespace localdb::sqlite
