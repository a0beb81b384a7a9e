#pragma once

#include "hub/base/result.hpp"
#include "hub/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hub::http {

/// Reads a request target (origin form, or absolute form with "http://") into the path, segments and query of
/// `request`. Each segment is decoded on its own, so that an encoded slash stays part of an id. Gives what is wrong:
/// a bad or truncated escape, a control character, text that is no UTF-8, a fragment, a parameter given twice.
[[nodiscard]] std::optional<base::Error> parse_target(std::string_view target, Request& request);

/// `text` as one segment of a path or one query value: everything but unreserved characters is escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace hub::http
