#pragma once

#include "plugins/localdb/coverage.hpp"
#include "plugins/localdb/cursor.hpp"
#include "plugins/localdb/session.hpp"

namespace syncline {
struct PullRequest;
class ChangeSink;
}  // namespace syncline

namespace localdb {

/// The tables of a source whose last pulls have found nothing more.
struct QuietTable {
  std::int64_t seq;     // where the pull stands
  std::string pending;  // the statement that has a row when there is more
};
using Quiet = std::map<std::string, QuietTable>;

/// One pull of one table: the load by primary key, then what was captured since the load began.
class Puller {
 public:
  /// All of them outlive this; `session` is open for `call`.
  Puller(Session& session, Connection& connection, const syncline::Call& call, const Settings& settings,
         Coverage& coverage, Quiet& quiet)
      : session_(session),
        connection_(connection),
        call_(call),
        settings_(settings),
        coverage_(coverage),
        quiet_(quiet) {}

  /// See syncline_plugin.pull. Throws SqlError or syncline::Error.
  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out);

 private:
  struct Captured;

  /// Each emits at most a batch, moves `cursor` and says whether there may be more.
  bool read_table(const ReadyTable& table, Cursor& cursor, syncline::ChangeSink& out);
  bool read_log(const ReadyTable& table, Cursor& cursor, syncline::ChangeSink& out);
  /// Gives what was captured and has no number yet its numbers.
  void number(const ReadyTable& table);
  /// Reads what comes behind the columns of a row that is read as it is: whether it is there, and the key that it had.
  static void add_state(const Table& table, const Statement& row, Captured& change);
  /// Of rows that are read as they are: leaves out what comes once more in `changes`, and what is gone.
  void settle(const Table& table, std::vector<Captured>& changes);
  /// Waits until one of the mapped tables may have more, when all of them had nothing. True: read on.
  bool wait(const ReadyTable& table, const Cursor& cursor);
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
  const Settings& settings_;
  Coverage& coverage_;
  Quiet& quiet_;
  std::string last_names_;  // what changed_ was read from
  std::vector<bool> changed_;
};

}  // namespace localdb
