#include "hub/store/location.hpp"

namespace hub::store {

std::string_view to_string(Dialect dialect) { return dialect == Dialect::kSqlite ? "sqlite" : "postgresql"; }

Location Location::postgresql(std::string url) {
  Location location{std::filesystem::path()};
  location.url_ = std::move(url);
  return location;
}

std::string Location::shown() const {
  if (dialect() == Dialect::kSqlite) return file_.string();
  // A password stands between the first colon after the scheme and the last @ before the host, or is a parameter.
  std::string text = url_.substr(0, url_.find('?'));
  const auto user = text.find("://") + 3;
  const auto at = text.rfind('@');
  const auto colon = text.find(':', user);
  if (at != std::string::npos && colon < at) text.erase(colon, at - colon);
  return text;
}

}  // namespace hub::store
