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
  // A password stands between the first colon after the scheme and the @ before the host, or is a parameter. Where it
  // has a / or ? that is not escaped, all that looks like the rest of the URL may be a part of it.
  const auto user = url_.find("://") + 3;
  const auto at = url_.find('@', user);
  const auto colon = url_.find(':', user);
  const auto end = url_.find_first_of("/?", user);
  if (colon < at && end < at && at != std::string::npos && url_.find_first_not_of("0123456789", colon + 1) < end)
    return url_.substr(0, colon).append(kHidden);
  std::string text = url_.substr(0, url_.find('?', at < end ? at : user));
  const auto last = text.rfind('@');
  if (last != std::string::npos && colon < last) text.erase(colon, last - colon);
  return text;
}

}  // namespace hub::store
