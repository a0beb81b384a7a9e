#pragma once

#include <string>
#include <string_view>

namespace hub::sync {

/// A journal row's body without its values: what is left says which change it was (source, record, op, versions, ids,
/// times), and that its values were erased. Keeps nothing of a text that is no JSON object.
[[nodiscard]] std::string erased_body(std::string_view body);
/// Whether erased_body() made it.
[[nodiscard]] bool is_erased_body(std::string_view body);

}  // namespace hub::sync
