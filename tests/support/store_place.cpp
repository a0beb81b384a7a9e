#include "tests/support/store_place.hpp"

#include "tests/support/sqlite.hpp"

namespace tests::support {

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
