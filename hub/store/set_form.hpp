#pragma once

#include "hub/store/statements.hpp"

namespace hub::store {

/// Statements that are made of others, or of a table. Those for many rows of parameters are PostgreSQL's, made of the
/// ones for one row: what a round trip costs is paid once (docs/adr/0011-postgresql-store.md). Each has one parameter
/// `rows`, a JSON array of objects {"p0": …, "p1": …} in the order of the statement's own parameters; an absent member
/// is null.

/// Of `insert into t (…) values (…) …`, `update t set … where …` or `delete from t where …`. No two rows may be about
/// the same row of the table. Throws std::logic_error for a statement of another shape.
[[nodiscard]] NamedStatement writing_many(const NamedStatement& one);

/// Of a query: the same columns behind one more, `item`, which says which element of the array (from 0) a row answers.
[[nodiscard]] NamedStatement reading_many(const NamedStatement& one);

/// The text of a statement as PostgreSQL takes it: with $1, $2, … for its parameters, in their order.
[[nodiscard]] std::string positional(const NamedStatement& statement);

/// Every column of the rows of `table` that pass `condition` (SQL; empty: all).
[[nodiscard]] NamedStatement reading_rows(const Table& table, std::string_view condition);
/// Of one row with all its columns as parameters.
[[nodiscard]] NamedStatement inserting_row(const Table& table);

/// The table that a statement writes to, or that a query reads first; empty when it names none.
[[nodiscard]] std::string_view table_of(const NamedStatement& statement);

}  // namespace hub::store
