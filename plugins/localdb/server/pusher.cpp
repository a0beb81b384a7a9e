#include "plugins/localdb/server/pusher.hpp"

#include "plugins/localdb/row.hpp"
#include "plugins/localdb/server/json_rows.hpp"

#include <syncline/source.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace localdb::server {

using syncline::PushItem;
using syncline::Result;

/// One record on its way into a table.
struct Pusher::Task {
  enum class Step : std::uint8_t { kOpen, kInsert, kUpdate, kErase, kDone };

  const PushItem* item;
  Step step = Step::kOpen;
  Body body{};
  Assignments written{};
  std::optional<Row> before{};
  std::string pk{};
  std::string again{};      // the op to capture once more: the hub must get the row behind what is on its way
  std::string names{};      // with which columns, as JSON; empty: all
  bool remembered = false;  // its result is to be kept for repeats
  Result result{};

  void settle(Result ended) {
    step = Step::kDone;
    result = std::move(ended);
  }
};

/// Why the set is not taken, other than by an error of the database.
struct Pusher::Refused {
  std::string why;
};

/// The rows of which the hub may not have heard all yet.
struct Pusher::OnTheirWay {
  static constexpr std::size_t kMost = 1'000;  // of the captured, and as many that have a number

  bool pulled = false;   // the hub reads this table
  bool loading = false;  // it has yet to read all of it
  std::size_t seen = 0;
  std::set<std::string> keys{};

  /// `pk` is among them, or nobody knows.
  [[nodiscard]] bool contain(const std::string& pk) const { return seen >= kMost || keys.contains(pk); }
};

namespace {

bool is_about_a_row(const SqlError& error) { return error.fault() == Fault::kRow || error.fault() == Fault::kReferred; }

std::string text_of(const Value& pk) { return native_id(pk).value_or(std::string{}); }

/// `of(task)` as a JSON array of {"o": place, "k": text}, for the tasks that it gives a text for.
template <class Tasks, class Of>
std::string keys_of(const Tasks& tasks, Of of) {
  JsonRows rows;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (const std::optional<std::string> key = of(tasks[i])) rows.row().member("o", std::int64_t(i)).member("k", *key);
  return rows.text();
}

constexpr std::string_view kNoRows = "[]";

std::string table_says(const Table& table, const std::string& what) { return "table '" + table.name + "': " + what; }

/// Clears the mark of a server that keeps it after the transaction.
class MarkGuard {
 public:
  MarkGuard(Connection& connection, const std::string* statement) : connection_(connection), statement_(statement) {}
  MarkGuard(const MarkGuard&) = delete;
  MarkGuard& operator=(const MarkGuard&) = delete;
  ~MarkGuard() {
    if (statement_ != nullptr) try {
        connection_.prepare(*statement_).run();
      } catch (const SqlError&) {
        // The connection is lost, and the mark with it.
      }
  }

 private:
  Connection& connection_;
  const std::string* statement_;
};

}  // namespace

std::vector<Result> Pusher::push(std::span<const PushItem> items) {
  std::vector<Result> results(items.size());
  std::vector<PushItem> writable;
  for (const PushItem& item : items) {
    try {
      static_cast<void>(
          pushing_.session.ready(item.entity));  // outside the transaction, for it may install the capture
      writable.push_back(item);
      if (pushing_.put_off.contains(item.idempotency_key)) before_.emplace(item.idempotency_key);
    } catch (const syncline::Error& error) {
      results[item.index] = {.status = error.status(), .message = error.what()};
    }
  }
  if (!writable.empty()) write(writable, results);
  return results;
}

void Pusher::write(std::span<const PushItem> items, std::vector<Result>& results) {
  if (pushing_.call.cancelled()) throw syncline::Error(syncline::kCancelled, "cancelled");
  Fault fault = Fault::kRow;
  std::string why;
  // A row that was looked for and not found may have been inserted by the application since: then it is there now.
  const bool may_have_come = items.size() == 1 && items[0].key.empty();
  for (int tries = may_have_come ? 2 : 1; tries > 0; --tries) {
    try {
      return write_together(items, results);
    } catch (const SqlError& error) {
      if (!is_about_a_row(error)) throw;
      fault = error.fault();
      why = error.what();
    } catch (const Refused& refused) {
      why = refused.why;
    }
  }
  if (items.size() > 1) {
    write(items.first(items.size() / 2), results);
    write(items.subspan(items.size() / 2), results);
    return;
  }
  const std::string message = "table '" + std::string(items[0].entity) + "': " + why;
  // The rows that refer to it may be about to go or to change: it can work later.
  const bool referred_to = items[0].op == syncline::kDelete && fault == Fault::kReferred;
  results[items[0].index] =
      referred_to ? Result{.status = syncline::kRetry, .message = message} : syncline::rejected(message);
}

void Pusher::write_together(std::span<const PushItem> items, std::vector<Result>& results) {
  std::map<std::string_view, Tasks> by_table;
  for (const PushItem& item : items) by_table[item.entity].push_back({.item = &item});
  const Dialect& dialect = pushing_.session.dialect();
  {
    const MarkGuard guard(pushing_.connection, dialect.clear_mark());
    Transaction transaction(pushing_.connection, dialect.sql("begin_write"));
    for (auto& [name, tasks] : by_table) write_table(pushing_.session.ready(name), tasks);
    pushing_.connection.prepare(dialect.sql("forget_pushed")).bind(1, pushing_.remember_pushes).run();
    transaction.commit();
  }
  for (auto& [name, tasks] : by_table)
    for (Task& task : tasks) results[task.item->index] = std::move(task.result);
}

void Pusher::write_table(const ReadyTable& table, Tasks& tasks) {
  find_earlier(table, tasks);
  find_rows(table, tasks);
  const OnTheirWay rows = find_on_their_way(table);
  for (Task& task : tasks)
    if (task.step == Task::Step::kOpen) decide(table, rows, task);
  pushing_.connection.prepare(table.sql.render("set_mark")).run();
  erase(table, tasks);
  update(table, tasks);
  insert(table, tasks);
  read_back(table, tasks);
  capture_again(table, rows, tasks);
  remember(table, tasks);
}

void Pusher::find_earlier(const ReadyTable& table, Tasks& tasks) {
  std::map<std::string, Task*, std::less<>> by_key;
  std::string keys;
  for (Task& task : tasks) {
    if (task.item->idempotency_key.empty()) continue;
    by_key.emplace(task.item->idempotency_key, &task);
    keys += keys.empty() ? '[' : ',';
    append_json_string(keys, task.item->idempotency_key);
  }
  if (keys.empty()) return;
  Statement rows = pushing_.connection.prepare(table.sql.render("find_pushed"));
  rows.bind(1, keys + ']');
  while (rows.step())
    if (const auto found = by_key.find(rows.text(0)); found != by_key.end())
      found->second->settle(syncline::applied(rows.text(1), rows.text(2), rows.text(3)));
}

void Pusher::find_rows(const ReadyTable& table, Tasks& tasks) {
  const Table& shape = table.table;
  for (Task& task : tasks) {
    if (task.step != Task::Step::kOpen) continue;
    try {
      if (!task.item->body.empty()) task.body = parse_body(task.item->body);
    } catch (const std::invalid_argument& problem) {
      task.settle(syncline::rejected(table_says(shape, problem.what())));
    }
  }
  const auto by_pk = [&](const Task& task) -> std::optional<std::string> {
    const bool wanted = task.step == Task::Step::kOpen && !task.item->key.empty();
    if (!wanted || !can_be_key_(shape.pk_column, task.item->key)) return std::nullopt;
    return std::string(task.item->key);
  };
  const auto by_key = [&](const Task& task) -> std::optional<std::string> {
    if (task.step != Task::Step::kOpen || !task.item->key.empty() || shape.key.empty()) return std::nullopt;
    const Value* key = find_member(task.body, shape.key);
    if (key == nullptr || std::holds_alternative<Null>(*key)) return std::nullopt;
    if (const auto* number = std::get_if<std::int64_t>(key)) return std::to_string(*number);
    const auto* digits = std::get_if<Digits>(key);
    return digits != nullptr ? digits->text : std::get<std::string>(*key);
  };
  for (const auto& [statement, keys] :
       {std::pair{"lock_rows", keys_of(tasks, by_pk)}, {"lock_rows_by_key", keys_of(tasks, by_key)}}) {
    if (keys == kNoRows) continue;
    Statement rows = pushing_.connection.prepare(table.sql.render(statement));
    rows.bind(1, keys);
    while (rows.step()) {
      Task& task = tasks[static_cast<std::size_t>(rows.integer(0))];
      if (task.before) {
        task.settle(
            syncline::rejected(table_says(shape, "there is more than one row with this value of its key column '" +
                                                     shape.key + "'; make that column unique")));
        continue;
      }
      Row& row = task.before.emplace(Row{rows.value(1), {}});
      for (std::size_t i = 0; i < shape.names.size(); ++i) row.values.push_back(rows.value(static_cast<int>(i) + 2));
      task.pk = text_of(row.pk);
    }
  }
}

Pusher::OnTheirWay Pusher::find_on_their_way(const ReadyTable& table) {
  const auto covered = pushing_.coverage.of(table.table.name);
  OnTheirWay found{.pulled = pushing_.coverage.is_pulled(table.table.name), .loading = !covered};
  Statement keys = pushing_.connection.prepare(table.sql.render("on_their_way"));
  keys.bind(1, covered.value_or(0));
  for (; keys.step(); ++found.seen) found.keys.insert(keys.text(0));
  return found;
}

bool Pusher::is_unheard_of(const Task& task, const OnTheirWay& rows) {
  constexpr std::size_t kMostPutOff = 10'000;
  if (!task.item->key.empty() || !rows.pulled) return false;
  if (rows.loading || rows.contain(task.pk)) return true;  // it will hear of it
  // It has heard of it, maybe since the delivery began: the next attempt then comes with the row's key. If it does not,
  // the hub has its reasons.
  PutOff& put_off = pushing_.put_off;
  if (before_.contains(task.item->idempotency_key)) {
    put_off.erase(std::string(task.item->idempotency_key));
    return false;
  }
  if (put_off.size() >= kMostPutOff) put_off.clear();
  put_off.emplace(task.item->idempotency_key);
  return true;
}

void Pusher::decide(const ReadyTable& table, const OnTheirWay& rows, Task& task) {
  const Table& shape = table.table;
  const PushItem& item = *task.item;
  const bool deletes = item.op == syncline::kDelete;
  if (!task.before && deletes) {
    task.settle(syncline::applied(std::string(item.key)));
    task.remembered = true;  // a repeat must not hit a row that took this key since
    return;
  }
  if (!task.before && !item.key.empty())
    return task.settle(syncline::not_found("table '" + shape.name + "' has no row " + std::string(item.key)));
  if (task.before) {
    const std::string version = digest(shape.names, task.before->values);
    const bool unheard_of = is_unheard_of(task, rows);
    if (unheard_of || (!item.expected_version.empty() && version != item.expected_version)) {
      std::vector<std::string> left_out;
      const std::vector<bool> all(shape.names.size(), true);
      task.settle({.status = syncline::kStale,
                   .key = task.pk,
                   .version = version,
                   .body = body_of(shape.names, task.before->values, all, left_out),
                   .message = table_says(shape, "row " + task.pk + " has changed since the hub read it")});
      if (!unheard_of) task.again = "U";
      return;
    }
  }
  if (deletes) {
    task.step = Task::Step::kErase;
    return;
  }
  try {
    if (task.before) {
      if (const Value* pk = find_member(task.body, shape.pk); pk != nullptr && text_of(*pk) != task.pk)
        throw std::invalid_argument("the primary key '" + shape.pk + "' of row " + task.pk +
                                    " cannot be changed by a push");
      std::erase_if(task.body, [&](const auto& member) { return member.first == shape.pk; });
    }
    task.written = assignments(shape, task.body, for_column_);
    if (task.written.names.empty() && !task.before) throw std::invalid_argument("the body names no column");
    task.step = task.before ? Task::Step::kUpdate : Task::Step::kInsert;
  } catch (const std::invalid_argument& problem) {
    task.settle(syncline::rejected(table_says(shape, problem.what())));
  }
}

namespace {

/// The tasks of one step, those together that write the same columns.
template <class Task>
std::map<std::vector<std::string>, std::vector<Task*>> by_columns(std::vector<Task>& tasks, typename Task::Step step) {
  std::map<std::vector<std::string>, std::vector<Task*>> groups;
  for (Task& task : tasks)
    if (task.step == step) groups[task.written.names].push_back(&task);
  return groups;
}

std::string member_name(std::size_t place) { return "c" + std::to_string(place); }

/// What an "insert_rows" or "update_rows" of the columns `names` has in its places.
Places set_places(const Dialect& dialect, const Table& table, const std::vector<std::string>& names) {
  std::string written, values, shape, assigned;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto taken = dialect.taken(table.columns[*table.find(names[i])], member_name(i));
    const std::string separator = i == 0 ? "" : ", ";
    written += separator + dialect.quoted(names[i]);
    values += separator + taken.value;
    shape += separator + taken.declared;
    assigned += separator + dialect.assigned(names[i]) + " = " + taken.value;
  }
  return {{"written", written}, {"values", values}, {"shape", shape}, {"assignments", assigned}};
}

}  // namespace

void Pusher::erase(const ReadyTable& table, Tasks& tasks) {
  run(table, "delete_rows", keys_of(tasks, [](const Task& task) -> std::optional<std::string> {
        return task.step == Task::Step::kErase ? std::optional(task.pk) : std::nullopt;
      }));
}

void Pusher::update(const ReadyTable& table, Tasks& tasks) {
  for (const auto& [names, group] : by_columns(tasks, Task::Step::kUpdate)) {
    if (names.empty()) continue;
    JsonRows rows;
    for (const Task* task : group) {
      rows.row().member("k", task->pk);
      for (std::size_t i = 0; i < names.size(); ++i) rows.member(member_name(i), task->written.values[i]);
    }
    const std::string statement =
        table.sql.render("update_rows", set_places(pushing_.session.dialect(), table.table, names));
    pushing_.connection.prepare(statement).bind(1, rows.text()).run();
  }
}

void Pusher::insert(const ReadyTable& table, Tasks& tasks) {
  for (const auto& [names, group] : by_columns(tasks, Task::Step::kInsert)) {
    JsonRows rows;
    for (std::size_t place = 0; place < group.size(); ++place) {
      rows.row().member("o", std::int64_t(place));
      for (std::size_t i = 0; i < names.size(); ++i) rows.member(member_name(i), group[place]->written.values[i]);
    }
    const std::string text =
        table.sql.render("insert_rows", set_places(pushing_.session.dialect(), table.table, names));
    Statement inserted = pushing_.connection.prepare(text);
    inserted.bind(1, rows.text());
    std::size_t place = 0;
    for (; inserted.step(); ++place) {
      if (place == group.size()) break;
      const auto pk = native_id(inserted.value(0));
      if (!pk) throw Refused{"the new row needs text in its primary key '" + table.table.pk + "'"};
      group[place]->pk = *pk;
    }
    // They come in the order in which they were given; when one is missing, nobody knows which.
    if (place != group.size()) throw Refused{"a trigger of the database dropped the new row"};
  }
}

void Pusher::read_back(const ReadyTable& table, Tasks& tasks) {
  const Table& shape = table.table;
  std::vector<std::optional<Row>> after(tasks.size());
  const std::string keys = keys_of(tasks, [](const Task& task) -> std::optional<std::string> {
    return task.step == Task::Step::kDone ? std::nullopt : std::optional(task.pk);
  });
  if (keys != kNoRows) {
    Statement rows = pushing_.connection.prepare(table.sql.render("rows_by_pk"));
    rows.bind(1, keys);
    while (rows.step()) {
      Row& row = after[static_cast<std::size_t>(rows.integer(0))].emplace(Row{rows.value(1), {}});
      for (std::size_t i = 0; i < shape.names.size(); ++i) row.values.push_back(rows.value(static_cast<int>(i) + 2));
    }
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    Task& task = tasks[i];
    if (task.step == Task::Step::kDone) continue;
    const bool erased = task.step == Task::Step::kErase;
    if (erased == after[i].has_value())
      throw Refused{erased ? "a trigger of the database kept row " + task.pk
                           : "a trigger of the database removed the row that was written"};
    task.remembered = true;
    if (erased) {
      task.again = "D";
      task.settle(syncline::applied(task.pk));
      continue;
    }
    const std::vector<bool> chosen = task.before
                                         ? written_or_caused(shape, task.body, task.before->values, after[i]->values)
                                         : std::vector<bool>(shape.names.size(), true);
    std::vector<std::string> left_out;
    std::string held = body_of(shape.names, after[i]->values, chosen, left_out);
    if (!left_out.empty()) throw Refused{"column '" + left_out.front() + "' would hold a value that JSON cannot say"};
    task.again = task.before ? "U" : "I";
    task.names = names_of(shape.names, chosen);
    task.settle(syncline::applied(text_of(after[i]->pk), digest(shape.names, after[i]->values), std::move(held)));
  }
}

void Pusher::capture_again(const ReadyTable& table, const OnTheirWay& on_their_way, const Tasks& tasks) {
  const auto may_be = [&](const Task& task) {
    if (task.again.empty()) return false;
    // While the table is read, any row may have been read before; a new row may have the key of one that was deleted.
    if (task.result.status == syncline::kStale || (on_their_way.loading && task.again != "I")) return true;
    return on_their_way.contain(task.pk);
  };
  const auto key = table.table.find(table.table.key);
  JsonRows rows;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Task& task = tasks[i];
    if (!may_be(task)) continue;
    rows.row().member("o", std::int64_t(i)).member("p", task.again).member("k", task.pk);
    rows.member("v", key && task.before ? task.before->values[*key] : Value{Null{}}).member("n", task.names);
  }
  run(table, "capture_again", rows.text());
}

void Pusher::remember(const ReadyTable& table, const Tasks& tasks) {
  JsonRows rows;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Task& task = tasks[i];
    if (!task.remembered || task.item->idempotency_key.empty()) continue;
    rows.row().member("o", std::int64_t(i)).member("i", std::string(task.item->idempotency_key));
    rows.member("k", task.result.key).member("v", task.result.version).member("b", task.result.body);
  }
  run(table, "add_pushed", rows.text());
}

void Pusher::run(const ReadyTable& table, std::string_view statement, const std::string& rows) {
  if (rows != kNoRows) pushing_.connection.prepare(table.sql.render(statement)).bind(1, rows).run();
}

}  // namespace localdb::server
