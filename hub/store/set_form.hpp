#pragma once

#include "hub/store/statements.hpp"

namespace hub::store {

/// Statements of PostgreSQL for many rows of parameters, made of those for one row: what a round trip costs is paid
/// once (docs/adr/0011-postgresql-store.md). Each has one parameter `rows`, a JSON array of objects {"p0": …, "p1": …}
/// in the order of the statement's own parameters; an absent member is null.

/// Of `insert into t (…) values (…) …` or `update t set … where …`. No two rows may be about the same row of the table.
/// Throws std::logic_error for a statement of another shape.
[[nodiscard]] NamedStatement writing_many(const NamedStatement& one);

/// Of a query: the same columns behind one more, `item`, which says which element of the array (from 0) a row answers.
[[nodiscard]] NamedStatement reading_many(const NamedStatement& one);

/// The table that a statement writes to, or that a query reads first; empty when it names none.
[[nodiscard]] std::string_view table_of(const NamedStatement& statement);

}  // namespace hub::store
