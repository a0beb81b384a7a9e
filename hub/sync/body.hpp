#pragma once

#include "hub/model/json.hpp"
#include "hub/model/record.hpp"
#include "hub/sync/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hub::sync {

/// A refusal with at most one place.
[[nodiscard]] Refusal refused(int status, std::string detail, std::string pointer = {}, std::string why = {});

/// The object in a request's body; an empty body is an empty object. Members that are not in `known` (when it names
/// any) are refused.
[[nodiscard]] std::variant<model::Json, Refusal> read_object(std::string_view body,
                                                             const std::vector<std::string_view>& known);

/// The positive whole number that a text is; nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view text);

/// The string member `name`, empty when there is none.
[[nodiscard]] std::string text_of(const model::Json& object, std::string_view name);

/// 412, with the etag as it is now, when the record (null: there is none) is not the one that `if_match` names; "*" and
/// an empty one name any.
[[nodiscard]] std::optional<Refusal> check_match(const model::Record* record, std::string_view if_match);

}  // namespace hub::sync
