#pragma once

#include "plugins/localdb/row.hpp"
#include "plugins/localdb/session.hpp"
#include "plugins/localdb/sqlite/connection.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syncline {
struct PushItem;
struct Result;
}  // namespace syncline

namespace localdb::sqlite {

/// One push: its records in one transaction, each under a savepoint of its own, with the mark that tells the triggers
/// which row is the hub's.
class Pusher {
 public:
  /// `pushing` is on a connection of SQLite's.
  explicit Pusher(const Pushing& pushing)
      : session_(pushing.session),
        connection_(dynamic_cast<Connection&>(pushing.connection)),
        call_(pushing.call),
        coverage_(pushing.coverage),
        remember_pushes_(pushing.remember_pushes) {}

  /// One result per item, in order, all of them durable; an item's `index` is its place. Throws SqlError or
  /// syncline::Error; then nothing was written.
  [[nodiscard]] std::vector<syncline::Result> push(std::span<const syncline::PushItem> items);

 private:
  struct Rejected;
  struct BatchLost;

  /// Writes `items` in one transaction and puts their results in their places. Throws BatchLost too.
  void write_together(std::span<const syncline::PushItem> items, std::vector<syncline::Result>& results);
  syncline::Result write_one(const syncline::PushItem& item);
  syncline::Result upsert(const ReadyTable& table, const syncline::PushItem& item);
  syncline::Result erase(const ReadyTable& table, const syncline::PushItem& item);

  /// The row that an item is about, by its key or by the mapping's key column in `body`.
  [[nodiscard]] std::optional<Row> find(const ReadyTable& table, const syncline::PushItem& item, const Body& body);
  [[nodiscard]] std::optional<Row> row_by_pk(const ReadyTable& table, const Value& pk);
  [[nodiscard]] Value insert(const ReadyTable& table, const Body& body);
  void update(const ReadyTable& table, const Value& pk, const Body& body);
  /// From here on the triggers take writes to row `pk` (Null: to a row that is yet to get its key) for the hub's.
  void mark(const ReadyTable& table, const Value& pk);

  [[nodiscard]] std::optional<syncline::Result> earlier_result(const ReadyTable& table, const syncline::PushItem& item);
  void remember(const ReadyTable& table, const syncline::PushItem& item, const syncline::Result& result);
  /// Whether an older state of the row was captured or read that the hub may get only after this push. Then it must get
  /// the new state once more behind it, or it would end with the older one.
  [[nodiscard]] bool may_be_on_its_way(const ReadyTable& table, const Value& pk, bool is_new);
  /// Captures the row as it is now, with the column names `names` (JSON) as changed: the next pulls bring it.
  void capture_again(const ReadyTable& table, const Value& pk, std::string_view op, const std::string& names);
  /// The row is not what the hub took it for; it is captured again, so that the next pull brings what it holds.
  syncline::Result stale(const ReadyTable& table, const Row& row);

  Session& session_;
  Connection& connection_;
  const syncline::Call& call_;
  const Coverage& coverage_;
  const std::int64_t remember_pushes_;
};

}  // namespace localdb::sqlite
