#include "hub/store/transfer.hpp"

#include "hub/base/hash.hpp"
#include "hub/store/schema.hpp"

namespace hub::store {

namespace {

constexpr int kRowsAtOnce = 1000;

/// Of a row, its cells told apart.
std::uint64_t digest_of(const Row& row, const Table& table) {
  std::uint64_t digest = base::fnv1a({});
  const auto add = [&](std::string_view bytes) { digest = base::fnv1a(bytes, digest); };
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    add(row.is_null(i) ? std::string_view("\0n", 2) : std::string_view("\0v", 2));
    if (row.is_null(i)) continue;
    if (table.columns[i].integer)
      add(std::to_string(row.integer(i)));
    else
      add(row.text(i));
  }
  return digest;
}

TableSum sum_of(Session& session, const Table& table) {
  TableSum sum{table.name, 0, 0};
  session.scan(table, {}, [&](const Row& row) {
    ++sum.rows;
    sum.digest += digest_of(row, table);
  });
  return sum;
}

}  // namespace

std::vector<Table> tables(Session& session) {
  std::vector<Table> all;
  session.each("list_columns", {}, [&](const Row& row) {
    if (all.empty() || all.back().name != row.text(0)) all.push_back({row.text(0), {}});
    all.back().columns.push_back({row.text(1), row.integer(2) != 0});
  });
  return all;
}

TableSum copy_rows(Session& from, Session& to, const Table& table, std::string_view condition) {
  TableSum sum{table.name, 0, 0};
  std::vector<Param> cells;
  from.scan(table, condition, [&](const Row& row) {
    cells.clear();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (row.is_null(i))
        cells.emplace_back(std::nullopt);
      else if (table.columns[i].integer)
        cells.emplace_back(row.integer(i));
      else
        cells.emplace_back(row.text(i));
    }
    to.add_row(table, cells);
    sum.digest += digest_of(row, table);
    if (++sum.rows % kRowsAtOnce == 0) to.flush_rows(table);
  });
  to.flush_rows(table);
  return sum;
}

std::vector<TableSum> copy_store(const Location& from, const Location& to, const base::Clock& clock) {
  Session origin(from, Session::Mode::kRead);
  origin.begin();
  require_latest_schema(origin, from);
  Session copy(to, Session::Mode::kWrite);
  copy.begin();
  if (schema_version(copy, to) != 0)
    throw StoreError(StoreErrorKind::kConstraint, "store: there is a store in " + to.shown() +
                                                      " already: copy into an empty database or schema, or a new file");
  bring_up_to_date(copy, to, clock);
  std::vector<TableSum> sums;
  for (const Table& table : tables(origin)) {
    if (table.name == "schema_version") continue;  // the copy says when it was made itself
    sums.push_back(copy_rows(origin, copy, table));
    if (sum_of(copy, table) != sums.back())
      throw StoreError(StoreErrorKind::kBroken,
                       "store: table " + table.name + " is not the same in " + to.shown() + "; nothing was kept there");
  }
  copy.commit();
  return sums;
}

}  // namespace hub::store
