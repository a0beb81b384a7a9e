#pragma once

#include "plugins/localdb/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace localdb {

/// Where a pull goes on. Its text is the cursor that the hub keeps.
struct Cursor {
  enum class Phase : std::uint8_t {
    kLoad,      // reading the table by primary key; what was captured after `seq` comes next
    kLog,       // reading what was captured
    kSnapshot,  // reading the table by primary key, and then nothing
  };

  Phase phase = Phase::kLoad;
  std::int64_t seq = 0;  // kLoad, kLog: the last captured change that is covered
  Value after = Null{};  // kLoad, kSnapshot: the last primary key that is covered, an integer or text; Null: none yet

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// One line of printable ASCII, whatever a primary key holds.
[[nodiscard]] std::string to_string(const Cursor& cursor);

/// Nothing when `text` is no cursor of this plugin.
[[nodiscard]] std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace localdb
