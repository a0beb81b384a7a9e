#pragma once

#include "hub/base/clock.hpp"
#include "hub/store/location.hpp"
#include "hub/store/session.hpp"
#include "hub/store/statements.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// What a table holds: its rows, and a number made of all their values, whatever their order.
struct TableSum {
  std::string table;
  std::int64_t rows = 0;
  std::uint64_t digest = 0;
  friend bool operator==(const TableSum&, const TableSum&) = default;
};

/// The tables of a store, by name.
[[nodiscard]] std::vector<Table> tables(Session& session);

/// Adds to `to` the rows of a table that pass `condition` (SQL; empty: all). Gives what they add up to. Both inside a
/// transaction.
TableSum copy_rows(Session& from, Session& to, const Table& table, std::string_view condition = {});

/// Makes `to`, where no store may be yet, a store with all that `from` holds on one snapshot: what it copied of each
/// table, each compared with what is there afterwards. One transaction: after a failure there is nothing. `from` must
/// be of this binary's schema, and nobody may be writing to it. Throws StoreError.
std::vector<TableSum> copy_store(const Location& from, const Location& to, const base::Clock& clock);

}  // namespace hub::store
