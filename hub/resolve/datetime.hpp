#pragma once

#include "hub/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub::resolve {

/// `text` when it is a real day of the years 0001 to 9999 as "2026-01-31", else an error.
[[nodiscard]] base::Result<std::string> canonical_date(std::string_view text);

/// What the normaliser `date` makes of other spellings: "20260131" and the day of "2026-01-31T…" (the day as written,
/// whatever the offset). Anything else comes back as it is.
[[nodiscard]] std::string day_of(std::string_view text);

/// An RFC 3339 time with its offset, as UTC with milliseconds: "2026-01-31T09:30:00.000Z". More digits of a second are
/// refused unless they are zeros, for they would be lost; so is a leap second.
[[nodiscard]] base::Result<std::string> canonical_datetime(std::string_view text);
/// The same as milliseconds since the epoch; nullopt for a text that is no such time.
[[nodiscard]] std::optional<std::int64_t> epoch_ms_of(std::string_view text);

}  // namespace hub::resolve
