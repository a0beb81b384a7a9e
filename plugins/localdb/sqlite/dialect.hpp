#pragma once

#include "plugins/localdb/dialect.hpp"

namespace localdb::sqlite {

class Dialect final : public localdb::Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "sqlite"; }
  [[nodiscard]] std::size_t name_bytes() const override { return 1'000'000; }
  [[nodiscard]] std::string changed(const Column& column) const override;
  void add_places(const Table& table, Places& places) const override;
  [[nodiscard]] std::span<const std::string_view> triggers() const override;
  /// SQLite keeps the text as it was.
  [[nodiscard]] bool is_made_by(const std::string& installed, const std::string& text) const override {
    return installed == text;
  }
  [[nodiscard]] std::span<const Object> objects() const override;
  [[nodiscard]] std::span<const std::string_view> outbox_statements() const override;
  [[nodiscard]] bool reads_rows_as_they_are() const override { return false; }
};

}  // namespace localdb::sqlite
