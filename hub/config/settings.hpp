#pragma once

#include "hub/config/tree.hpp"

#include <string>

namespace hub::config {

/// A plugin's settings as the text of a JSON object: scalars by YAML's core schema (what is quoted stays a string),
/// numbers with the digits that were written, references resolved, and text that begins with ./ or ../ as an absolute
/// path from the folder of its file. Warns of literal secrets. `path` is the key's. null gives "{}".
[[nodiscard]] std::string settings_json(const Node* settings, const std::string& path, Findings& findings);

}  // namespace hub::config
