#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hub::resolve {

/// The number of code points in valid UTF-8: what `max_length` and every other limit on characters counts.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// True when valid UTF-8 holds a control character (U+0000 to U+001F, U+007F to U+009F).
[[nodiscard]] bool has_control_characters(std::string_view text);

/// `text` without white space (ASCII, and the no-break space that spreadsheets leave) at either end.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// `text` with its ASCII, Latin, Greek and Cyrillic capitals in lower case, by a table of its own: the same on each
/// machine, whatever its locale. Every other character stays.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace hub::resolve
