#pragma once

#include "plugins/localdb/address.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace localdb {

/// One table that the hub exchanges with this source, as the mapping names it; not yet compared with the database.
struct TableMapping {
  std::string key;                   // the column that is the record's external id; empty: the mapping has none
  std::vector<std::string> columns;  // every column that is exchanged, with `key`; sorted, unique, not empty
};

enum class SetupMode : std::uint8_t { kManual, kAuto };

/// The settings of one source, with every default applied.
struct Settings {
  std::string instance;  // the source's name, for messages
  Address address;
  SetupMode setup = SetupMode::kManual;
  std::chrono::milliseconds busy_timeout{5'000};
  std::chrono::milliseconds wait{1'000};
  std::chrono::hours keep_captured{24};
  std::int64_t remember_pushes = 100'000;
  std::map<std::string, TableMapping, std::less<>> tables;  // by table name
};

/// Reads the settings object with its "$mapping". Throws syncline::Error (kMisconfigured) with the JSON pointer of what
/// is wrong.
[[nodiscard]] Settings parse_settings(std::string_view instance, std::string_view json);

}  // namespace localdb
