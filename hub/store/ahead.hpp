#pragma once

#include "hub/store/session.hpp"
#include "hub/store/statements.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hub::store {

/// A row that outlives its result.
class KeptRow final : public Row {
 public:
  /// The columns of `row` from `first` on.
  KeptRow(const Row& row, const std::vector<SqlColumn>& columns, std::size_t first);
  [[nodiscard]] bool is_null(std::size_t column) const override { return cells_[column].null; }
  [[nodiscard]] std::int64_t integer(std::size_t column) const override { return cells_[column].number; }
  [[nodiscard]] const std::string& text(std::size_t column) const override { return cells_[column].text; }

 private:
  struct Cell {
    bool null;
    std::int64_t number;
    std::string text;
  };
  std::vector<Cell> cells_;
};

/// What queries gave that were asked before somebody wanted to know: by the query and its parameters.
class Ahead {
 public:
  /// Where the rows of `query` for these parameters go, to be filled before find() is asked for them; null when they
  /// are known already.
  [[nodiscard]] std::vector<KeptRow>* add(const NamedStatement& query, const std::vector<std::string>& parameters);
  /// The rows that are known, null when they were not asked for.
  [[nodiscard]] const std::vector<KeptRow>* find(std::string_view query, const Params& parameters) const;
  /// `statement` writes to its table: what was read there is old.
  void forget(const NamedStatement& statement);
  void clear() { queries_.clear(); }

 private:
  struct Query {
    std::string_view table;
    std::unordered_map<std::string, std::vector<KeptRow>> rows;
  };
  std::map<std::string_view, Query> queries_;
};

}  // namespace hub::store
