#pragma once

#include <string>

namespace hub::app {

/// The version of this binary: "0.1.0".
[[nodiscard]] std::string version();
/// What `--version` says: the version and the schema that this binary brings a store to.
[[nodiscard]] std::string version_text();

}  // namespace hub::app
