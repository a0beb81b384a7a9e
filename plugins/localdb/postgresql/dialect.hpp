#pragma once

#include "plugins/localdb/dialect.hpp"

namespace localdb::postgresql {

class Dialect final : public localdb::Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "postgresql"; }
  [[nodiscard]] std::size_t name_bytes() const override { return 63; }
  [[nodiscard]] std::string qualified(const Table& table) const override;
  /// In a schema of the plugin's own.
  [[nodiscard]] std::string own(std::string_view name) const override;
  [[nodiscard]] std::string changed(const Column& column) const override;
  void add_places(const Table& table, Places& places) const override;
  [[nodiscard]] std::span<const std::string_view> triggers() const override;
  [[nodiscard]] std::span<const Object> objects() const override;
  [[nodiscard]] std::span<const std::string_view> outbox_statements() const override;
  [[nodiscard]] std::span<const std::string_view> numbering() const override;
  [[nodiscard]] Taken taken(const Column& column, const std::string& member) const override;
};

}  // namespace localdb::postgresql
