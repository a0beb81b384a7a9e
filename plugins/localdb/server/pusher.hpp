#pragma once

#include "plugins/localdb/assignments.hpp"
#include "plugins/localdb/session.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace localdb::server {

/// One push to a database server: its records in one transaction and in sets, a few statements for all of them. Where
/// one record is refused, the halves are written on their own, until it is alone.
class Pusher {
 public:
  /// `for_column`: see assignments(); `can_be_key` tells whether a text can be a primary key at all.
  using CanBeKey = bool (*)(const Column& column, std::string_view text);
  Pusher(const Pushing& pushing, ForColumn for_column, CanBeKey can_be_key)
      : pushing_(pushing), for_column_(for_column), can_be_key_(can_be_key) {}

  /// See Engine::push.
  [[nodiscard]] std::vector<syncline::Result> push(std::span<const syncline::PushItem> items);

 private:
  struct Task;
  struct Refused;
  struct OnTheirWay;
  using Tasks = std::vector<Task>;

  void write(std::span<const syncline::PushItem> items, std::vector<syncline::Result>& results);
  void write_together(std::span<const syncline::PushItem> items, std::vector<syncline::Result>& results);
  void write_table(const ReadyTable& table, Tasks& tasks);

  /// Each settles the tasks that it can, or fills in what the next one needs.
  void find_earlier(const ReadyTable& table, Tasks& tasks);
  void find_rows(const ReadyTable& table, Tasks& tasks);
  /// Whether the hub cannot have weighed the task's row against its own: it did not know of it when it began the
  /// delivery.
  [[nodiscard]] bool is_unheard_of(const Task& task, const OnTheirWay& rows);
  [[nodiscard]] OnTheirWay find_on_their_way(const ReadyTable& table);
  void decide(const ReadyTable& table, const OnTheirWay& rows, Task& task);
  void erase(const ReadyTable& table, Tasks& tasks);
  void update(const ReadyTable& table, Tasks& tasks);
  void insert(const ReadyTable& table, Tasks& tasks);
  void read_back(const ReadyTable& table, Tasks& tasks);
  void capture_again(const ReadyTable& table, const OnTheirWay& rows, const Tasks& tasks);
  void remember(const ReadyTable& table, const Tasks& tasks);

  /// Runs a statement that takes JSON, unless there is nothing in it.
  void run(const ReadyTable& table, std::string_view statement, const std::string& rows);

  const Pushing pushing_;
  const ForColumn for_column_;
  const CanBeKey can_be_key_;
  PutOff before_;  // what had been put off when this push began: it may try the same record more than once
};

}  // namespace localdb::server
