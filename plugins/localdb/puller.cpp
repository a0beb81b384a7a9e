#include "plugins/localdb/puller.hpp"

#include "plugins/localdb/row.hpp"

#include <syncline/source.hpp>

#include <algorithm>
#include <map>

namespace localdb {

namespace {

// A batch is read into memory in one short transaction, so that the application never waits for the hub.
constexpr std::uint32_t kBatchRows = 500;
constexpr std::size_t kBatchBytes = 4 << 20;

std::size_t bytes_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* blob = std::get_if<Blob>(&value);
  return sizeof(Value) + (text != nullptr ? text->size() : blob != nullptr ? blob->bytes.size() : 0);
}

/// The columns of `row` from `first` on.
std::vector<Value> values_of(const Statement& row, int first, std::size_t count, std::size_t& bytes) {
  std::vector<Value> values;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(row.value(first + static_cast<int>(i)));
    bytes += bytes_of(values.back());
  }
  return values;
}

}  // namespace

struct Puller::Captured {
  std::int64_t seq = 0;
  std::string op;       // I, U or D
  std::string changed;  // names as JSON; empty: every column
  std::int64_t at_ms = 0;
  Row row;
  bool there = true;  // the row has values
};

void Puller::pull(const syncline::PullRequest& request, syncline::ChangeSink& out) {
  const ReadyTable& table = request.snapshot ? session_.readable(request.entity) : session_.ready(request.entity);
  Cursor cursor;
  const auto given = parse_cursor(request.cursor);
  const bool goes_on = given.has_value() && (given->phase == Cursor::Phase::kSnapshot) == request.snapshot;
  if (goes_on) {
    cursor = *given;
  } else if (request.snapshot) {
    cursor.phase = Cursor::Phase::kSnapshot;
  } else {
    cursor.seq = last_captured(table);
  }
  const std::int64_t covered = goes_on ? cursor.seq : 0;  // the hub has everything up to here
  const bool only_log = goes_on && cursor.phase == Cursor::Phase::kLog;
  coverage_.set(table.table.name, only_log ? std::optional(covered) : std::nullopt);

  std::string confirmed(request.cursor);
  const auto read = [&] {
    for (bool more = true; more && out.room() > 0;) {
      more = cursor.phase == Cursor::Phase::kLog ? read_log(table, cursor, out) : read_table(table, cursor, out);
      if (std::string text = to_string(cursor); text != confirmed) out.checkpoint(confirmed = std::move(text));
    }
  };
  read();
  const bool quiet = only_log && out.room() == request.limit;
  if (!quiet) quiet_.clear();
  if (quiet && wait(table, cursor)) read();
  if (table.captured) forget(table, covered, std::int64_t{1'000} + request.limit);
}

bool Puller::read_table(const ReadyTable& table, Cursor& cursor, syncline::ChangeSink& out) {
  const std::uint32_t asked = std::min(out.room(), kBatchRows);
  std::vector<Row> rows;
  bool complete = false;
  {
    const bool first = std::holds_alternative<Null>(cursor.after);
    Statement page = connection_.prepare(table.sql.render(first ? "first_page" : "next_page"));
    if (!first) page.bind_value(1, cursor.after);
    page.bind(first ? 1 : 2, std::int64_t{asked});
    for (std::size_t bytes = 0; rows.size() < asked && bytes < kBatchBytes;) {
      if (!page.step()) {
        complete = true;
        break;
      }
      Value pk = page.value(0);
      rows.push_back({std::move(pk), values_of(page, 1, table.table.names.size(), bytes)});
    }
  }
  for (Row& row : rows) {
    stop_if_cancelled(cursor, out);
    Captured change{.op = "I", .changed = {}, .row = std::move(row)};
    emit(table, change, out);
    cursor.after = std::move(change.row.pk);
  }
  if (!complete) return true;
  if (cursor.phase == Cursor::Phase::kSnapshot) return false;
  cursor = {.phase = Cursor::Phase::kLog, .seq = cursor.seq};
  return true;
}

bool Puller::read_log(const ReadyTable& table, Cursor& cursor, syncline::ChangeSink& out) {
  number(table);
  const std::uint32_t asked = std::min(out.room(), kBatchRows);
  const bool as_they_are = session_.dialect().reads_rows_as_they_are();
  const std::size_t columns = table.table.names.size();
  std::vector<Captured> changes;
  std::int64_t read_to = cursor.seq;
  std::int64_t last = 0;
  bool gap = false;
  bool complete = false;
  {
    Transaction snapshot(connection_, session_.dialect().sql("begin_read"));
    last = last_captured(table);
    Statement page = connection_.prepare(table.sql.render("captured_changes"));
    page.bind(1, cursor.seq).bind(2, std::int64_t{asked});
    std::int64_t expected = cursor.seq + 1;
    for (std::size_t bytes = 0; !gap && changes.size() < asked && bytes < kBatchBytes; ++expected) {
      if (!page.step()) {
        complete = true;
        gap = expected != last + 1;
        break;
      }
      gap = page.integer(0) != expected;
      if (gap) break;
      Captured change{
          .seq = expected, .op = page.text(1), .changed = page.text(3), .at_ms = page.integer(4), .row = {}};
      change.row = {page.value(2), values_of(page, 5, columns, bytes)};
      if (as_they_are) add_state(table.table, page, change);
      read_to = change.seq;
      changes.push_back(std::move(change));
    }
  }
  if (as_they_are) settle(table.table, changes);
  for (const Captured& change : changes) {
    stop_if_cancelled(cursor, out);
    emit(table, change, out);
    if (!as_they_are) cursor.seq = change.seq;  // else what was told together goes together
  }
  cursor.seq = read_to;
  if (!gap) return !complete;
  warn(
      "table '" + table.table.name +
      "': some writes were not captured (the triggers were missing, the mapping changed, or " +
      "the hub or the file was put back from a backup); the whole table is read again. Rows deleted in that time are " +
      "not noticed");
  coverage_.set(table.table.name, std::nullopt);
  cursor = {.phase = Cursor::Phase::kLoad, .seq = last};
  return true;
}

void Puller::number(const ReadyTable& table) {
  const auto steps = session_.dialect().numbering();
  if (steps.empty() || !connection_.prepare(table.sql.render("any_captured")).step()) return;
  Transaction transaction(connection_, session_.dialect().sql("begin_write"));
  for (const std::string_view step : steps) connection_.prepare(table.sql.render(step)).run();
  transaction.commit();
}

void Puller::add_state(const Table& table, const Statement& row, Captured& change) {
  const int place = 5 + static_cast<int>(table.names.size());
  change.there = row.integer(place) != 0;
  if (const auto key = table.find(table.key); key && change.op == "D") change.row.values[*key] = row.value(place + 1);
}

void Puller::settle(const Table& table, std::vector<Captured>& changes) {
  std::map<std::string, Captured*> latest;  // of each row, what is told of it since its last delete
  for (Captured& change : changes) {
    const std::string key = native_id(change.row.pk).value_or(std::string{});
    if (change.op == "D") {
      latest.erase(key);
      continue;
    }
    Captured*& last = latest[key];
    if (last != nullptr && change.there) {
      if (last->changed.empty() || change.changed.empty()) {
        change.changed.clear();
      } else if (last->changed != change.changed) {
        std::vector<bool> both = changed_columns(table, last->changed);
        const std::vector<bool>& more = changed_columns(table, change.changed);
        for (std::size_t i = 0; i < both.size(); ++i) both[i] = both[i] || more[i];
        change.changed = names_of(table.names, both);
      }
      last->there = false;
    }
    last = &change;
  }
  std::erase_if(changes, [](const Captured& change) { return change.op != "D" && !change.there; });
}

bool Puller::wait(const ReadyTable& table, const Cursor& cursor) {
  if (settings_.address.kind == Address::Kind::kSqlite) return false;
  quiet_[table.table.name] = {cursor.seq, table.sql.render("pending")};
  if (quiet_.size() < settings_.tables.size() || settings_.wait.count() == 0) return false;
  const auto pending = [&] {
    if (call_.cancelled()) return true;
    return std::any_of(quiet_.begin(), quiet_.end(), [&](const auto& known) {
      return connection_.prepare(known.second.pending).bind(1, known.second.seq).step();
    });
  };
  connection_.wait(std::chrono::steady_clock::now() + std::min(settings_.wait, call_.budget() / 2), pending);
  quiet_.clear();
  return !call_.cancelled();
}

void Puller::emit(const ReadyTable& table, const Captured& change, syncline::ChangeSink& out) {
  const Table& shape = table.table;
  const auto key = native_id(change.row.pk);
  if (!key) {
    warn("table '" + shape.name +
         "': a row is left out, because its primary key is no text of 1 to 1,024 bytes of UTF-8");
    return;
  }
  std::vector<bool> chosen =
      change.changed.empty() ? std::vector<bool>(shape.names.size(), true) : changed_columns(shape, change.changed);
  const bool deleted = change.op == "D";
  if (deleted && session_.dialect().reads_rows_as_they_are())
    chosen.assign(chosen.size(), false);  // of a row that is gone only its key is known
  if (!deleted && std::find(chosen.begin(), chosen.end(), true) == chosen.end()) return;  // only columns mapped no more
  if (const auto place = shape.find(shape.key)) chosen[*place] = true;
  std::vector<std::string> left_out;
  const std::string body = body_of(shape.names, change.row.values, chosen, left_out);
  for (const std::string& column : left_out)
    warn("table '" + shape.name + "', row " + *key + ": column '" + column +
         "' is left out, because JSON cannot hold its value: a blob, an infinite number, or text that is no UTF-8");
  const std::string version = deleted ? std::string{} : digest(shape.names, change.row.values);
  out.emit({.op = deleted ? syncline::kDelete : syncline::kUpsert,
            .entity = shape.name,
            .key = *key,
            .version = version,
            .body = body,
            .changed_at_ms = change.at_ms});
}

const std::vector<bool>& Puller::changed_columns(const Table& table, const std::string& names) {
  if (names == last_names_) return changed_;
  changed_.assign(table.names.size(), false);
  for (const std::string& name : parse_names(names))
    if (const auto place = table.find(name)) changed_[*place] = true;
  last_names_ = names;
  return changed_;
}

void Puller::stop_if_cancelled(const Cursor& cursor, syncline::ChangeSink& out) const {
  if (!call_.cancelled()) return;
  out.checkpoint(to_string(cursor));
  throw syncline::Error(syncline::kCancelled, "cancelled");
}

std::int64_t Puller::last_captured(const ReadyTable& table) {
  Statement row = connection_.prepare(table.sql.render("last_captured"));
  return row.step() ? row.integer(0) : 0;
}

void Puller::forget(const ReadyTable& table, std::int64_t seq, std::int64_t most) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t old_enough_ms =
      (std::chrono::duration_cast<std::chrono::milliseconds>(now) - settings_.keep_captured).count();
  std::int64_t oldest = 0;
  {
    Statement row = connection_.prepare(table.sql.render("oldest_captured"));
    if (!row.step() || row.integer(0) > seq || row.integer(1) > old_enough_ms) return;
    oldest = row.integer(0);
  }
  Statement forget = connection_.prepare(table.sql.render("forget_captured"));
  forget.bind(1, std::min(seq, oldest + most - 1)).bind(2, old_enough_ms);
  connection_.run_if_free(std::move(forget));
}

void Puller::warn(const std::string& message) const { call_.log(syncline::LogLevel::kWarning, message); }

}  // namespace localdb
