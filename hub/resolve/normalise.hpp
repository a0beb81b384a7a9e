#pragma once

#include "hub/base/result.hpp"
#include "hub/model/json.hpp"
#include "hub/model/schema.hpp"

#include <optional>
#include <string>

namespace hub::resolve {

/// Checks `json` against the field's type, applies its normalisers and `on_blank`, and gives the canonical value.
/// nullopt: the value says nothing (an empty string with `on_blank: ignore`). An error's message completes
/// "<field> …" ("must be a whole number between -2^63 and 2^63-1"); it never repeats the value; `where` is empty.
/// Types: string; integer (a JSON integer, or a string of one); decimal (a number or string; more digits after the
/// point than `scale` are refused unless they are zeros or a `decimal:N` normaliser rounds half up; at most 38 digits);
/// boolean (true/false); date ("2026-01-31", a real day); datetime (RFC 3339 with offset, kept in UTC with
/// milliseconds); reference (a string of 1 to 256 characters without control characters, or an integer as text).
[[nodiscard]] base::Result<std::optional<model::Value>> canonical_value(const model::FieldSchema& field,
                                                                        const model::Json& json);

}  // namespace hub::resolve
