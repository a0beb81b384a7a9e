#pragma once

#include "hub/model/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::app {

/// What a table shows for a JSON value: a text or number as it is, "-" for null, an object as "name=value, …", an array
/// as "a, b".
[[nodiscard]] std::string cell(const model::Json& value);
/// The member `name` of an object; "-" when it has none.
[[nodiscard]] std::string cell(const model::Json& object, std::string_view name);

/// The items of the array `name` of an object; none when it has no such member.
[[nodiscard]] const std::vector<model::Json>& items_of(const model::Json& object, std::string_view name);
/// The member `name` of an object; null when it has none.
[[nodiscard]] const model::Json& member_of(const model::Json& object, std::string_view name);

/// A time of the API in few characters: "14:03:22" on the day of `now_ms`, else "2026-01-02 14:03". UTC. A text that is
/// no time stays as it is.
[[nodiscard]] std::string short_time(const std::string& text, std::int64_t now_ms);
/// The same by the machine's clock for a member of an object; "-" for null or none.
[[nodiscard]] std::string time_cell(const model::Json& object, std::string_view name);

/// "1 change", "2 changes".
[[nodiscard]] std::string counted(const std::string& number, const std::string& noun);

}  // namespace hub::app
