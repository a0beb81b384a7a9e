#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace localdb {

/// Where a database is.
struct Address {
  enum class Kind : std::uint8_t { kSqlite, kPostgresql, kMariadb };

  Kind kind = Kind::kSqlite;
  std::string path{};   // SQLite: the file
  std::string url{};    // PostgreSQL: as it was given
  std::string shown{};  // the same for people: without a password and without parameters
  // MariaDB:
  std::string host{}, user{}, password{}, database{};
  std::uint16_t port = 3306;
  std::map<std::string, std::string> options{};  // what comes after the question mark
};

/// Reads "sqlite:FILE", "postgresql://…" or "mysql://USER:PASSWORD@HOST:PORT/DATABASE?…". Throws std::invalid_argument,
/// which says what is wrong and never quotes `url`: it may hold a password.
[[nodiscard]] Address parse_address(std::string_view url);

}  // namespace localdb
