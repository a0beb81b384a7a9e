#include "tests/support/store_place.hpp"

#include "hub/base/clock.hpp"
#include "hub/store/store.hpp"
#include "tests/support/sqlite.hpp"

#include <fstream>
#include <iterator>

namespace tests::support {

namespace {

/// Makes the store's tables and splits them up.
void partition(const hub::store::Location& location, const std::string& url) {
  {
    hub::base::SystemClock clock;
    const hub::store::Store store({.location = location}, clock);
  }
  std::ifstream script(SYNCLINE_SOURCE_FOLDER "/sql/scaling/partition_postgresql.sql");
  const std::string text{std::istreambuf_iterator<char>(script), {}};
  psql(url, "begin;\n" + text + "commit;");
}

}  // namespace

StorePlace::StorePlace(const std::string& wanted) {
  const bool partitioned = wanted == "postgresql-partitioned";
  schema_ = schema_for_store(partitioned ? "postgresql" : wanted);
  if (partitioned) partition(location(), schema_->url());
}

hub::store::Location StorePlace::location() const {
  return schema_ ? hub::store::Location::postgresql(schema_->url()) : hub::store::Location(file());
}

std::string StorePlace::sql(std::string_view text) const {
  return schema_ ? psql(schema_->url(), text) : sqlite(file(), text);
}

nlohmann::json StorePlace::rows(std::string_view select) const {
  return schema_ ? psql_rows(schema_->url(), select) : sqlite_rows(file(), select);
}

}  // namespace tests::support
