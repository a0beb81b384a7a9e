#pragma once

#include "hub/config/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hub::config {

/// The number that `text` says for a key of type kInteger, kDuration (milliseconds), kAge (the same, `off` is 0), kSize
/// (bytes) or kRate (per second, `unlimited` is 0). nullopt when it is not of the form: no unit, leading zeros,
/// hexadecimal, signs but a minus before an integer, more than 15 digits. Integers come back exactly.
[[nodiscard]] std::optional<double> quantity(Type type, std::string_view text);

/// Host (an IP address without brackets; `localhost` becomes 127.0.0.1) and port of "host:port". nullopt when it is not
/// of the form.
[[nodiscard]] std::optional<std::pair<std::string, std::uint16_t>> listen_address(std::string_view text);
/// Whether an address that listen_address() gave reaches this machine only.
[[nodiscard]] bool is_loopback(const std::string& address);

/// Whether `text` is the URL of a PostgreSQL database as far as its scheme.
[[nodiscard]] bool is_postgresql_url(std::string_view text);

/// 1 to 64 of A-Z a-z 0-9 _ -.
[[nodiscard]] bool is_name(std::string_view text);

/// What a value of the type looks like: completes "must be …".
[[nodiscard]] std::string form_of(const Key& key);

/// A value as a message may show it: quoted with backticks, cut when long, and without what follows "://", which may
/// hold a password.
[[nodiscard]] std::string shown(std::string_view text);

/// "`a`, `b` or `c`".
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::string_view last = "or");

/// A plain YAML scalar by the core schema.
enum class Plain : std::uint8_t { kText, kNull, kBoolean, kInteger, kFloat, kAmbiguous };

/// What a scalar without quotes is. kAmbiguous: it looks like a number that programs read differently (010, 0x1F, 0o17)
/// or that JSON has no word for (.inf, .nan).
[[nodiscard]] Plain plain_kind(std::string_view text);
/// The JSON number of a kInteger or kFloat scalar: the same digits.
[[nodiscard]] std::string json_number(std::string_view text);

}  // namespace hub::config
