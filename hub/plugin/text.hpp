#pragma once

#include "syncline/plugin.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hub::plugin {

/// `text` as the C ABI passes it: borrowed, so `text` outlives the call.
[[nodiscard]] inline syncline_str to_abi(std::string_view text) { return {text.data(), text.size()}; }

/// What a plugin passed, or nothing when it cannot be read or trusted: null with a size, longer than `max_bytes`, no
/// valid UTF-8, or with a NUL.
[[nodiscard]] std::optional<std::string_view> from_abi(syncline_str text, std::size_t max_bytes);

/// A plugin's text for a log line or a message: one line, valid UTF-8, cut after 2,000 bytes. Never fails.
[[nodiscard]] std::string printable(syncline_str text);

}  // namespace hub::plugin
