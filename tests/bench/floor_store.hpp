#pragma once

#include "tests/bench/floor_committer.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

enum class Pragmas : std::uint8_t { kPlain, kTuned };

/// A canonical record as the floors keep it: all fields in one JSON text.
struct StoredRecord {
  std::int64_t version = 0;
  std::string fields;
};

/// The least that a durable hub must write, on the raw SQLite C API: a journal, canonical records, outbound rows.
/// Prepared statements, one connection, one thread. The statements lie in sql/floor.sql. Every error of SQLite throws
/// std::runtime_error: a floor that failed has no figure.
class FloorStore {
 public:
  /// Creates `file` anew; what lay there before is removed.
  FloorStore(const std::filesystem::path& file, Pragmas pragmas);
  ~FloorStore();
  FloorStore(const FloorStore&) = delete;
  FloorStore& operator=(const FloorStore&) = delete;

  void begin();
  /// Returns when the transaction is on the disk.
  void commit();
  void add_journal(std::string_view change_id, std::string_view external_id, std::string_view body, std::int64_t at_ms);
  /// Nothing when no change of `external_id` has come yet.
  [[nodiscard]] std::optional<StoredRecord> read_canonical(std::string_view external_id);
  void upsert_canonical(std::string_view external_id, std::int64_t version, std::string_view fields,
                        std::int64_t at_ms);
  /// Adds one pending row for each of the three other systems.
  void add_outbound(std::string_view external_id, std::int64_t version, std::string_view body);
  /// All of it for each of these changes, in one transaction.
  void write(const std::vector<const FloorChange*>& changes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
