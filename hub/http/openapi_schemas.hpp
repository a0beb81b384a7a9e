#pragma once

#include <string_view>

namespace hub::http {

/// The schemas of the OpenAPI document: the members of one JSON object, without its braces.
[[nodiscard]] std::string_view openapi_schemas();

}  // namespace hub::http
