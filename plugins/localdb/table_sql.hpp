#pragma once

#include "plugins/localdb/dialect.hpp"

#include <string>
#include <string_view>

namespace localdb {

/// Writes the statements about one table.
class TableSql {
 public:
  /// `dialect` outlives this.
  TableSql(const Dialect& dialect, const Table& table);

  /// Statement `name` with this table's names in its places; rendered once. One thread at a time.
  [[nodiscard]] const std::string& render(std::string_view name) const;
  /// The same with further places of its own.
  [[nodiscard]] std::string render(std::string_view name, const Places& more) const;
  /// A trigger; where its template has {{digest}} stands the digest of the rest.
  [[nodiscard]] std::string render_trigger(std::string_view kind) const;

 private:
  [[nodiscard]] static std::string fill(std::string_view text, const Places& places, const Places& more);
  const Dialect* dialect_;
  Places places_;
  mutable Places rendered_;
};

}  // namespace localdb
