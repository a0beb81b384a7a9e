#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace hub::store {

/// The databases that a store can be in.
enum class Dialect : std::uint8_t { kSqlite, kPostgresql };

/// "sqlite" or "postgresql": the folder of its statements below sql/.
[[nodiscard]] std::string_view to_string(Dialect dialect);

/// Where a store is: an SQLite file, or a PostgreSQL database by its URL.
class Location {
 public:
  Location(std::filesystem::path file) : file_(std::move(file)) {}  // NOLINT(google-explicit-constructor)
  /// `url` as libpq takes it: postgresql://user:password@host:5432,host2:5432/database?sslmode=verify-full&…
  [[nodiscard]] static Location postgresql(std::string url);

  [[nodiscard]] Dialect dialect() const { return url_.empty() ? Dialect::kSqlite : Dialect::kPostgresql; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::string& url() const { return url_; }
  /// For people and logs: without the password.
  [[nodiscard]] std::string shown() const;

 private:
  std::filesystem::path file_;
  std::string url_;
};

/// Ends what is shown of a URL that does not tell its password from the rest.
inline constexpr std::string_view kHidden = "@…";

/// What keeps `url` from being one of a PostgreSQL database, for a person, without what may be a password in it; empty:
/// nothing.
[[nodiscard]] std::string url_problem(const std::string& url);

}  // namespace hub::store
