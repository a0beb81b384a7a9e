#pragma once

#include <string>
#include <string_view>

namespace hub::http {

/// `text` with A-Z in lower case; other bytes stay.
[[nodiscard]] std::string lower(std::string_view text);
/// Equal but for the case of A-Z.
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);
/// `text` without spaces and tabs at its ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// One or more token characters (RFC 9110 5.6.2).
[[nodiscard]] bool is_token(std::string_view text);
/// Holds a C0 control character or DEL.
[[nodiscard]] bool has_control(std::string_view text);
/// Well-formed UTF-8 without surrogates and overlong forms.
[[nodiscard]] bool is_utf8(std::string_view text);
/// Usable as a request id: 1 to 64 letters, digits, '-', '_' or '.'.
[[nodiscard]] bool is_request_id(std::string_view text);

}  // namespace hub::http
