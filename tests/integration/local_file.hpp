#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace tests::integration {

/// An application's own connection to a SQLite file, for tests that write more than a shell per statement could. One
/// thread. Every error throws std::runtime_error.
class LocalFile {
 public:
  using Row = std::vector<std::optional<std::string>>;
  enum class Mode { kReadWrite, kReadOnly };

  explicit LocalFile(const std::filesystem::path& file, Mode mode = Mode::kReadWrite);
  ~LocalFile();
  LocalFile(const LocalFile&) = delete;
  LocalFile& operator=(const LocalFile&) = delete;

  /// Runs a script.
  void run(const std::string& script);
  /// Runs one statement; parameters are bound in order, nullopt as NULL. Gives all rows as text.
  std::vector<Row> query(std::string_view statement, const Row& parameters = {});
  /// The first column of the only row.
  std::string value(std::string_view statement, const Row& parameters = {});
  /// Runs `work` in one transaction, which waits for other writers first.
  void transaction(const std::function<void()>& work);
  /// Rows that the last statement wrote.
  [[nodiscard]] int changes() const;

 private:
  sqlite3* database_ = nullptr;
};

/// The tables that the mapping of kWithLocalDb names.
void create_local_tables(const std::filesystem::path& file);

}  // namespace tests::integration
