#pragma once

#include "plugins/localdb/dialect.hpp"

namespace localdb::mariadb {

class Dialect final : public localdb::Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "mariadb"; }
  [[nodiscard]] std::string quoted(std::string_view name) const override;
  [[nodiscard]] std::string literal(std::string_view text) const override;
  [[nodiscard]] std::size_t name_bytes() const override { return 64; }
  [[nodiscard]] std::string changed(const Column& column) const override;
  [[nodiscard]] std::string concatenated(const std::vector<std::string>& pieces) const override;
  void add_places(const Table& table, Places& places) const override;
  [[nodiscard]] std::span<const std::string_view> triggers() const override;
  [[nodiscard]] std::span<const Object> objects() const override;
  [[nodiscard]] std::span<const std::string_view> outbox_statements() const override;
  [[nodiscard]] std::span<const std::string_view> numbering() const override;
  [[nodiscard]] Taken taken(const Column& column, const std::string& member) const override;
  [[nodiscard]] std::string assigned(std::string_view column) const override { return "r." + quoted(column); }
  [[nodiscard]] const std::string* clear_mark() const override { return &sql("clear_mark"); }
  /// With delimiters, for the client `mariadb`.
  [[nodiscard]] std::string script(const std::vector<std::string>& statements) const override;
};

}  // namespace localdb::mariadb
