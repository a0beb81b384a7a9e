#pragma once

#include "hub/http/message.hpp"
#include "hub/http/problem.hpp"
#include "hub/sync/refusal.hpp"

#include <string>

namespace hub::http {

/// A refusal of the hub as problem details.
[[nodiscard]] Problem problem_of(const sync::Refusal& refusal);

/// What the hub says, as an answer: JSON with ETag and Retry-After where they apply.
[[nodiscard]] Response response_of(const sync::Outcome& outcome);

/// The same as one line of a batch's answer: its JSON, which always has `status`.
[[nodiscard]] std::string line_of(const sync::Outcome& outcome);

}  // namespace hub::http
