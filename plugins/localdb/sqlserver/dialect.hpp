#pragma once

#include "plugins/localdb/dialect.hpp"

namespace localdb::sqlserver {

/// How SQL Server would be captured. There is no engine for it: only the script is made, see sql/sqlserver.
class Dialect final : public localdb::Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "sqlserver"; }
  [[nodiscard]] std::string quoted(std::string_view name) const override;
  [[nodiscard]] std::string literal(std::string_view text) const override;
  [[nodiscard]] std::size_t name_bytes() const override { return 128; }
  [[nodiscard]] std::string qualified(const Table& table) const override;
  [[nodiscard]] std::string own(std::string_view name) const override;
  [[nodiscard]] std::string changed(const Column& column) const override;
  [[nodiscard]] std::string concatenated(const std::vector<std::string>& pieces) const override;
  void add_places(const Table& table, Places& places) const override;
  [[nodiscard]] std::span<const std::string_view> triggers() const override;
  [[nodiscard]] std::span<const Object> objects() const override;
  [[nodiscard]] std::span<const std::string_view> outbox_statements() const override;
  /// In batches, for sqlcmd.
  [[nodiscard]] std::string script(const std::vector<std::string>& statements) const override;
};

}  // namespace localdb::sqlserver
