#pragma once

#include "hub/store/error.hpp"
#include "hub/store/location.hpp"

#include <string>
#include <string_view>

namespace hub::store {

/// What libpq says about a connection that could not be made, in one line, with what to do about it. Without the
/// password, even where libpq shows it.
[[nodiscard]] StoreError refused_connection(const Location& location, std::string_view reason);

/// What an SQLSTATE means to the caller. Classes and codes: PostgreSQL 15, appendix A.
[[nodiscard]] StoreErrorKind kind_of(std::string_view sqlstate);

/// "; <what to do>" about an SQLSTATE, for the end of a message; empty where a person can do nothing.
[[nodiscard]] std::string advice_on(std::string_view sqlstate);

}  // namespace hub::store
