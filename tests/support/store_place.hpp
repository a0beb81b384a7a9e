#pragma once

#include "hub/store/location.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tests::support {

/// A place for a store of one's own: an SQLite file, or a schema on a real PostgreSQL server where the environment or
/// `wanted` says so (schema_for_store); postgresql-partitioned: its tables in 16 partitions each, as
/// sql/scaling/partition_postgresql.sql leaves them. Tests that use it run on both (hub_test(… BOTH_STORES)).
class StorePlace {
 public:
  explicit StorePlace(const std::string& wanted = wanted_store());

  [[nodiscard]] hub::store::Location location() const;
  [[nodiscard]] bool is_postgresql() const { return schema_ != nullptr; }
  /// Runs SQL as another program would, and gives what its shell prints (tests/support/sqlite.hpp,
  /// postgres_server.hpp).
  std::string sql(std::string_view text) const;
  [[nodiscard]] nlohmann::json rows(std::string_view select) const;
  /// Of the SQLite file, which is not there when the store is on PostgreSQL.
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "hub.db"; }
  [[nodiscard]] const TempDir& folder() const { return folder_; }

 private:
  TempDir folder_;
  std::unique_ptr<PostgresSchema> schema_;
};

}  // namespace tests::support
