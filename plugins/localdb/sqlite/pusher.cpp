#include "plugins/localdb/sqlite/pusher.hpp"

#include "plugins/localdb/assignments.hpp"
#include "plugins/localdb/sqlite/dialect.hpp"
#include "plugins/localdb/sqlite/kept_value.hpp"
#include "plugins/localdb/statements.hpp"

#include <syncline/source.hpp>

namespace localdb::sqlite {

using syncline::PushItem;
using syncline::Result;

/// Why one record will not be taken as it is.
struct Pusher::Rejected {
  std::string why;
};

/// SQLite or a trigger has rolled the whole transaction back because of one record.
struct Pusher::BatchLost {
  std::string why;
};

namespace {

const std::string& sql(std::string_view name) { return localdb::sql("sqlite", name); }

/// Whether an error is about the row that was written; the others are about the file, the disk or the lock.
bool is_about_the_row(const SqlError& error) {
  return error.fault() == Fault::kRow || error.fault() == Fault::kReferred;
}

bool is_null(const Value& value) { return std::holds_alternative<Null>(value); }

void bind_all(Statement& statement, const std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) statement.bind_value(static_cast<int>(i) + 1, values[i]);
}

std::optional<Row> next_row(Statement& rows, std::size_t columns) {
  if (!rows.step()) return std::nullopt;
  Row row{rows.value(0), {}};
  for (std::size_t i = 0; i < columns; ++i) row.values.push_back(rows.value(static_cast<int>(i) + 1));
  return row;
}

/// "insert" or "update" of the columns `written`, in this order; parameters are numbered like them.
std::string insert_text(const ReadyTable& table, std::span<const std::string> written) {
  std::string parameters;
  for (std::size_t i = 1; i <= written.size(); ++i) parameters += (i == 1 ? "?" : ", ?") + std::to_string(i);
  const Dialect dialect;
  return table.sql.render("insert",
                          {{"written", joined(written, ", ", [&](const auto& n) { return dialect.quoted(n); })},
                           {"parameters", parameters}});
}

std::string update_text(const ReadyTable& table, std::span<const std::string> written) {
  std::size_t number = 0;
  const Dialect dialect;
  const std::string assigned =
      joined(written, ", ", [&](const auto& name) { return dialect.quoted(name) + " = ?" + std::to_string(++number); });
  return table.sql.render("update", {{"assignments", assigned}, {"parameter_count", std::to_string(number + 1)}});
}

std::string all_names(const Table& table) { return names_of(table.names, std::vector<bool>(table.names.size(), true)); }

std::string text_of(const Value& pk) { return native_id(pk).value_or(std::string{}); }

}  // namespace

std::vector<Result> Pusher::push(std::span<const PushItem> items) {
  std::vector<Result> results(items.size());
  std::vector<PushItem> writable;
  std::string_view last;
  for (const PushItem& item : items) {
    try {
      // Outside the transaction, for it may install the capture.
      if (item.entity != last || writable.empty()) static_cast<void>(session_.ready(item.entity));
      last = item.entity;
      writable.push_back(item);
    } catch (const syncline::Error& error) {
      results[item.index] = {.status = error.status(), .message = error.what()};
    }
  }
  if (writable.empty()) return results;
  try {
    write_together(writable, results);
    return results;
  } catch (const BatchLost&) {
  }
  // One of them takes the others down with it: each on its own.
  for (const PushItem& item : writable) {
    try {
      write_together({&item, 1}, results);
    } catch (const BatchLost& lost) {
      results[item.index] = syncline::rejected(lost.why);
    }
  }
  return results;
}

void Pusher::write_together(std::span<const PushItem> items, std::vector<Result>& results) {
  Transaction transaction(connection_, sql("begin_write"));
  for (const PushItem& item : items) {
    if (call_.cancelled()) throw syncline::Error(syncline::kCancelled, "cancelled");
    results[item.index] = write_one(item);
  }
  connection_.prepare(sql("clear_mark")).run();
  connection_.prepare(sql("forget_pushed")).bind(1, remember_pushes_).run();
  try {
    transaction.commit();
  } catch (const SqlError& error) {
    if (!is_about_the_row(error)) throw;
    throw BatchLost{error.what()};  // a constraint that is checked at the end
  }
}

Result Pusher::write_one(const PushItem& item) {
  try {
    const ReadyTable& table = session_.ready(item.entity);
    if (auto result = earlier_result(table, item)) return *result;
    Savepoint savepoint(connection_);
    Result result = item.op == syncline::kDelete ? erase(table, item) : upsert(table, item);
    savepoint.keep();
    return result;
  } catch (const Rejected& rejected) {
    return syncline::rejected(rejected.why);
  } catch (const std::invalid_argument& invalid) {
    return syncline::rejected("table '" + std::string(item.entity) + "': " + invalid.what());
  } catch (const SqlError& error) {
    if (!is_about_the_row(error)) throw;
    const std::string why = "table '" + std::string(item.entity) + "': " + error.what();
    if (!connection_.in_transaction()) throw BatchLost{why};
    // The rows that refer to it may be about to go or to change: it can work later.
    const bool referred_to = item.op == syncline::kDelete && error.fault() == Fault::kReferred;
    return referred_to ? Result{.status = syncline::kRetry, .message = why} : syncline::rejected(why);
  } catch (const syncline::Error& error) {
    if (error.status() == syncline::kCancelled) throw;
    return {.status = error.status(), .message = error.what()};
  }
}

Result Pusher::upsert(const ReadyTable& table, const PushItem& item) {
  const Table& shape = table.table;
  Body body = parse_body(item.body);
  const std::optional<Row> before = find(table, item, body);
  if (!before && !item.key.empty())
    return syncline::not_found("table '" + shape.name + "' has no row " + std::string(item.key));
  if (before && !item.expected_version.empty() && digest(shape.names, before->values) != item.expected_version)
    return stale(table, *before);

  Value pk;
  if (before) {
    pk = before->pk;
    if (const Value* written = find_member(body, shape.pk);
        written != nullptr && !is_null(*written) && text_of(*written) != text_of(pk))
      throw Rejected{"table '" + shape.name + "': the primary key '" + shape.pk + "' of row " + text_of(pk) +
                     " cannot be changed by a push"};
    std::erase_if(body, [&shape](const auto& member) { return member.first == shape.pk; });
    update(table, pk, body);
  } else {
    pk = insert(table, body);
  }

  const std::optional<Row> after = row_by_pk(table, pk);
  if (!after) throw Rejected{"table '" + shape.name + "': a trigger of the database removed the row that was written"};
  const std::vector<bool> chosen = before ? written_or_caused(shape, body, before->values, after->values)
                                          : std::vector<bool>(shape.names.size(), true);
  std::vector<std::string> left_out;
  std::string held = body_of(shape.names, after->values, chosen, left_out);
  if (!left_out.empty())
    throw Rejected{"table '" + shape.name + "': column '" + left_out.front() +
                   "' would hold a value that JSON cannot say"};
  if (may_be_on_its_way(table, pk, !before)) capture_again(table, pk, "U", names_of(shape.names, chosen));
  Result result = syncline::applied(text_of(pk), digest(shape.names, after->values), std::move(held));
  remember(table, item, result);
  return result;
}

Result Pusher::erase(const ReadyTable& table, const PushItem& item) {
  const Table& shape = table.table;
  const std::optional<Row> before = find(table, item, item.body.empty() ? Body{} : parse_body(item.body));
  if (!before) {
    Result result = syncline::applied(std::string(item.key));
    remember(table, item, result);  // a repeat must not hit a row that took this key since
    return result;
  }
  if (!item.expected_version.empty() && digest(shape.names, before->values) != item.expected_version)
    return stale(table, *before);
  if (may_be_on_its_way(table, before->pk, false)) capture_again(table, before->pk, "D", all_names(shape));
  mark(table, before->pk);
  connection_.prepare(table.sql.render("delete")).bind_value(1, before->pk).run();
  if (row_by_pk(table, before->pk))
    throw Rejected{"table '" + shape.name + "': a trigger of the database kept row " + text_of(before->pk)};
  Result result = syncline::applied(text_of(before->pk));
  remember(table, item, result);
  return result;
}

std::optional<Row> Pusher::find(const ReadyTable& table, const PushItem& item, const Body& body) {
  if (!item.key.empty()) return row_by_pk(table, std::string(item.key));
  const Value* key = table.table.key.empty() ? nullptr : find_member(body, table.table.key);
  if (key == nullptr || is_null(*key)) return std::nullopt;
  Statement rows = connection_.prepare(table.sql.render("row_by_key"));
  rows.bind_value(1, *key);
  std::optional<Row> row = next_row(rows, table.table.names.size());
  if (row && rows.step())
    throw Rejected{"table '" + table.table.name + "' has more than one row with this value of its key column '" +
                   table.table.key + "'; make that column unique"};
  return row;
}

std::optional<Row> Pusher::row_by_pk(const ReadyTable& table, const Value& pk) {
  Statement rows = connection_.prepare(table.sql.render("row_by_pk"));
  rows.bind_value(1, pk);
  return next_row(rows, table.table.names.size());
}

Value Pusher::insert(const ReadyTable& table, const Body& body) {
  const Assignments written = assignments(table.table, body, kept_value);
  if (written.names.empty()) throw std::invalid_argument("the body names no column");
  mark(table, key_to_be(table.table, body));
  Statement insert = connection_.prepare(insert_text(table, written.names));
  bind_all(insert, written.values);
  const std::string refused = "table '" + table.table.name + "': ";
  if (!insert.step()) throw Rejected{refused + "a trigger or a conflict clause of the database dropped the new row"};
  Value pk = insert.value(0);
  insert.run();  // constraints that are checked at the end of the statement
  if (!native_id(pk)) throw Rejected{refused + "the new row needs text in its primary key '" + table.table.pk + "'"};
  return pk;
}

void Pusher::update(const ReadyTable& table, const Value& pk, const Body& body) {
  const Assignments written = assignments(table.table, body, kept_value);
  if (written.names.empty()) return;
  mark(table, pk);
  Statement update = connection_.prepare(update_text(table, written.names));
  bind_all(update, written.values);
  update.bind_value(static_cast<int>(written.names.size()) + 1, pk).run();
}

void Pusher::mark(const ReadyTable& table, const Value& pk) {
  Statement mark = connection_.prepare(sql("set_mark"));
  mark.bind(1, table.table.name);
  if (!is_null(pk)) mark.bind(2, text_of(pk));
  mark.run();
}

std::optional<Result> Pusher::earlier_result(const ReadyTable& table, const PushItem& item) {
  if (item.idempotency_key.empty()) return std::nullopt;
  Statement row = connection_.prepare(sql("find_pushed"));
  row.bind(1, item.idempotency_key).bind(2, table.table.name);
  if (!row.step()) return std::nullopt;
  return syncline::applied(row.text(0), row.text(1), row.text(2));
}

void Pusher::remember(const ReadyTable& table, const PushItem& item, const Result& result) {
  if (item.idempotency_key.empty()) return;
  Statement add = connection_.prepare(sql("add_pushed"));
  add.bind(1, item.idempotency_key).bind(2, table.table.name).bind(3, result.key).bind(4, result.version);
  add.bind(5, result.body).run();
}

bool Pusher::may_be_on_its_way(const ReadyTable& table, const Value& pk, bool is_new) {
  constexpr std::int64_t kLooksThrough = 1'000;
  const auto covered = coverage_.of(table.table.name);
  if (!covered && !is_new) return true;
  // A new row may have the key of one that was deleted, which the hub has yet to learn.
  Statement rows = connection_.prepare(table.sql.render("captured_keys"));
  rows.bind(1, covered.value_or(0)).bind(2, kLooksThrough);
  std::int64_t seen = 0;
  for (; rows.step(); ++seen)
    if (rows.value(0) == pk) return true;
  return seen == kLooksThrough;
}

void Pusher::capture_again(const ReadyTable& table, const Value& pk, std::string_view op, const std::string& names) {
  Statement capture = connection_.prepare(table.sql.render("capture_again"));
  capture.bind_value(1, pk).bind(2, op).bind(3, names).run();
}

Result Pusher::stale(const ReadyTable& table, const Row& row) {
  capture_again(table, row.pk, "U", all_names(table.table));
  std::vector<std::string> left_out;
  const std::vector<std::string>& names = table.table.names;
  return {.status = syncline::kStale,
          .key = text_of(row.pk),
          .version = digest(names, row.values),
          .body = body_of(names, row.values, std::vector<bool>(names.size(), true), left_out),
          .message = "table '" + table.table.name + "': row " + text_of(row.pk) + " has changed since the hub read it"};
}

}  // namespace localdb::sqlite
