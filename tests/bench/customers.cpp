#include "tests/bench/customers.hpp"

#include "tests/bench/application.hpp"
#include "tests/bench/latencies.hpp"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <future>
#include <thread>
#include <vector>

namespace bench {

namespace {

using std::chrono::duration;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

double seconds_since(steady_clock::time_point begun) { return duration<double>(steady_clock::now() - begun).count(); }

std::string id_of(long row) {
  const std::string digits = std::to_string(row);
  return "cust-" + std::string(8 - digits.size(), '0') + digits;
}
std::string name_of(long row, long version) {
  return "Ada Lovelace " + std::to_string(row) + " v" + std::to_string(version);
}
std::string email_of(long row, long version) {
  return "ada." + std::to_string(row) + ".v" + std::to_string(version) + "@example.org";
}

/// One writer's share, in transactions of a single prepared statement. Gives how many rows it wrote until `until`.
int write_singly(Application& application, const CustomerLoad& load, long first, long end, long version,
                 steady_clock::time_point until) {
  application.prepare(load.update
                          ? "update " + load.table + " set full_name = ?, email = ?, version = ? where id = ?"
                          : "insert into " + load.table + " (full_name, email, version, id) values (?, ?, ?, ?)");
  long row = first;
  for (; row < end && steady_clock::now() < until; ++row)
    application.write({name_of(row, version), email_of(row, version), std::to_string(version), id_of(row)});
  return static_cast<int>(row - first);
}

void write_in_bulk(Application& application, const CustomerLoad& load, long first, long end, long version) {
  const std::string number = std::to_string(version);
  if (load.update) {
    application.run("update " + load.table + " set full_name = concat('Ada Lovelace ', id, ' v" + number +
                    "'), email = concat(id, '.v" + number + "@example.org'), version = " + number +
                    " where id between '" + id_of(first) + "' and '" + id_of(end - 1) + "'");
    return;
  }
  std::string sql = "insert into " + load.table + " (id, full_name, email, version) values ";
  for (long row = first; row < end; ++row)
    sql += (row == first ? "('" : ", ('") + id_of(row) + "', '" + name_of(row, version) + "', '" +
           email_of(row, version) + "', " + number + ')';
  application.run(sql);
}

/// Waits until `rows` rows of `version` are there. Gives how many there are.
int await_version(Application& side, const std::string& table, long version, int rows, steady_clock::time_point until) {
  const std::string count = "select count(*) from " + table + " where version = " + std::to_string(version);
  for (;;) {
    const long seen = side.number(count);
    if (seen >= rows || steady_clock::now() > until) return static_cast<int>(seen);
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace

CustomerFigures write_customers(const std::string& a, const std::string& b, const CustomerLoad& load) {
  const auto first = connect(a);
  const std::string last = first->value("select coalesce(max(id), '') from " + load.table);
  const long base = load.update || last.empty() ? 0 : std::stol(last.substr(last.find('-') + 1)) + 1;
  const long version = first->number("select coalesce(max(version), 0) from " + load.table) + 1;
  if (load.listen) first->listen();
  std::vector<std::unique_ptr<Application>> writers;
  for (int i = 0; i < load.writers; ++i) writers.push_back(connect(a));

  const auto begun = steady_clock::now();
  const auto until = begun + std::chrono::duration_cast<steady_clock::duration>(load.patience);
  std::vector<std::future<int>> running;
  for (int i = 0; i < load.writers; ++i)
    running.push_back(std::async(std::launch::async, [&, i] {
      const long from = base + static_cast<long>(load.rows) * i / load.writers;
      const long to = base + static_cast<long>(load.rows) * (i + 1) / load.writers;
      Application& writer = *writers[static_cast<std::size_t>(i)];
      if (load.per_transaction == 1) return write_singly(writer, load, from, to, version, begun + (until - begun) / 2);
      for (long row = from; row < to; row += load.per_transaction)
        write_in_bulk(writer, load, row, std::min(row + load.per_transaction, to), version);
      return static_cast<int>(to - from);
    }));
  CustomerFigures figures;
  for (auto& writer : running) figures.rows += writer.get();
  figures.write_s = seconds_since(begun);
  first->stop_listening();
  if (b.empty()) return figures;
  figures.visible = await_version(*connect(b), load.table, version, figures.rows, until);
  figures.visible_s = seconds_since(begun);
  return figures;
}

Propagation time_edits(const std::string& a, const std::string& b, int edits, double rate) {
  struct Edit {
    std::string id, version;
    steady_clock::time_point committed;
  };
  const auto writer = connect(a), reader = connect(b);
  const long version = writer->number("select max(version) from customers") + 1;
  const long rows = writer->number("select count(*) from customers");
  writer->prepare("update customers set version = ? where id = ?");
  std::vector<Edit> done(static_cast<std::size_t>(edits));
  std::atomic<std::size_t> written{0};
  auto writing = std::async(std::launch::async, [&] {
    const auto begun = steady_clock::now();
    for (int i = 0; i < edits; ++i) {
      std::this_thread::sleep_until(begun +
                                    std::chrono::duration_cast<steady_clock::duration>(duration<double>(i / rate)));
      Edit& edit = done[static_cast<std::size_t>(i)];
      edit = {id_of(i * 7919L % rows), std::to_string(version + i), {}};
      writer->write({edit.version, edit.id});
      edit.committed = steady_clock::now();
      ++written;
    }
  });
  Latencies latencies;
  int lost = 0;
  for (std::size_t i = 0; i < done.size(); ++i) {
    while (written <= i && writing.wait_for(0s) != std::future_status::ready) std::this_thread::sleep_for(100us);
    if (written <= i) break;  // the writer has failed
    const Edit& edit = done[i];
    const std::string look = "select 1 from customers where id = '" + edit.id + "' and version = " + edit.version;
    bool seen = false;
    while (!seen && steady_clock::now() < edit.committed + 10s) {
      seen = !reader->run(look).empty();
      if (seen) latencies.add(steady_clock::now() - edit.committed);
      if (!seen) std::this_thread::sleep_for(200us);
    }
    lost += !seen;
  }
  writing.get();
  return {latencies.percentile_ms(0.5), latencies.percentile_ms(0.99), lost};
}

Convergence contradict(const std::string& a, const std::string& b, int rows) {
  const auto one = connect(a), other = connect(b);
  std::barrier both(2);
  const auto edit = [&](Application& side, const std::string& word) {
    side.prepare("update customers set full_name = ? where id = ?");
    for (int row = 0; row < rows; ++row) {
      both.arrive_and_wait();
      side.write({"from " + word + ' ' + std::to_string(row), id_of(row)});
    }
  };
  auto there = std::async(std::launch::async, edit, std::ref(*other), "B");
  edit(*one, "A");
  there.get();

  const auto begun = steady_clock::now();
  const std::string all =
      "select id || '|' || full_name || '|' || coalesce(email, '') || '|' || version from customers "
      "where id < '" +
      id_of(rows) + "' order by id";
  Convergence result;
  for (bool equal = false; seconds_since(begun) < 30;) {
    const auto left = one->run(all), right = other->run(all);
    if (left != right) {
      equal = false;
    } else if (!equal) {
      equal = true;
      result.seconds = seconds_since(begun);
    } else if (seconds_since(begun) > result.seconds + 1) {
      break;
    }
    std::this_thread::sleep_for(5ms);
  }
  const auto left = one->run(all), right = other->run(all);
  if (left != right) result.seconds = seconds_since(begun);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
    result.differing += i >= left.size() || i >= right.size() || left[i] != right[i];
  result.from_a = static_cast<int>(one->number("select count(*) from customers where full_name like 'from A %'"));
  return result;
}

}  // namespace bench
