#pragma once

#include "plugins/localdb/engine.hpp"
#include "plugins/localdb/sqlite/dialect.hpp"

namespace localdb::sqlite {

/// A SQLite file.
class Engine final : public localdb::Engine {
 public:
  explicit Engine(const Settings& settings) : settings_(settings) {}

  [[nodiscard]] const localdb::Dialect& dialect() const override { return dialect_; }
  [[nodiscard]] std::unique_ptr<localdb::Connection> connect(const syncline::Call& call) const override;
  [[nodiscard]] std::optional<Table> read_table(localdb::Connection& connection, const std::string& name,
                                                const TableMapping& mapping,
                                                std::vector<std::string>& problems) const override;
  [[nodiscard]] std::vector<syncline::Result> push(const Pushing& pushing,
                                                   std::span<const syncline::PushItem> items) const override;
  [[nodiscard]] syncline::Error error_of(const localdb::SqlError& error) const override;

 protected:
  [[nodiscard]] std::string where() const override { return settings_.address.shown; }

 private:
  const Settings& settings_;
  Dialect dialect_;
};

}  // namespace localdb::sqlite
