#pragma once

#include "plugins/localdb/sqlite/catalog.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace localdb::sqlite {

/// A name as SQL has it, whatever characters it holds: in double quotes.
[[nodiscard]] std::string quoted(std::string_view name);

/// What the plugin calls its own objects for a table, unquoted.
[[nodiscard]] std::string outbox_name(std::string_view table);
[[nodiscard]] std::string trigger_name(std::string_view kind, std::string_view table);
/// The outbox's column for column `column` of the table, unquoted.
[[nodiscard]] std::string outbox_column(std::string_view column);

/// Writes the statements about one table.
class TableSql {
 public:
  explicit TableSql(const Table& table);

  /// Statement `name` with this table's names in its places; rendered once. One thread at a time.
  [[nodiscard]] const std::string& render(std::string_view name) const;
  /// The same, for one that is about a single column or trigger: `place` is what {{place}} stands for.
  [[nodiscard]] std::string render(std::string_view name, std::string_view place, std::string text) const;
  /// "insert" or "update" of the columns `written`, in this order; parameters are numbered like them.
  [[nodiscard]] std::string insert(std::span<const std::string> written) const;
  [[nodiscard]] std::string update(std::span<const std::string> written) const;

 private:
  using Places = std::map<std::string, std::string, std::less<>>;
  [[nodiscard]] static std::string fill(std::string_view text, const Places& places, const Places& more);
  Places places_;
  mutable Places rendered_;
};

}  // namespace localdb::sqlite
