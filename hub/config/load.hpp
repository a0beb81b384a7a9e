#pragma once

#include "hub/config/config.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hub::config {

/// One thing wrong with the configuration. `line` and `column` count from 1; 0 when the problem has no place in a file
/// (a --set override).
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;  // says what is wrong and the way out; names the nearest known key for an unknown one
};

/// "file:line:column: message".
[[nodiscard]] std::string to_string(const Problem& problem);

/// `--set path=value`: the dotted path of a key ("hub.listen") and its new value as YAML text.
using Override = std::pair<std::string, std::string>;

/// Loads the YAML file `path` and all that its `include` names, applies `overrides`, resolves secrets and checks
/// everything. Gives the configuration, or every problem found, sorted by place. Relative paths in a file count from
/// that file's folder.
[[nodiscard]] std::variant<Config, std::vector<Problem>> load(const std::filesystem::path& path,
                                                              const std::vector<Override>& overrides = {});

/// The reference of all keys (path, type, unit, default, description) as Markdown; docs/configuration.md holds it.
[[nodiscard]] std::string reference_markdown();
/// The JSON Schema (2020-12) of the configuration for editors; config/schema.json holds it.
[[nodiscard]] std::string json_schema();

}  // namespace hub::config
