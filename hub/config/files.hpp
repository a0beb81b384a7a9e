#pragma once

#include "hub/config/load.hpp"
#include "hub/config/tree.hpp"

#include <filesystem>
#include <vector>

namespace hub::config {

/// The files of a configuration as one tree.
struct Files {
  Node root;
  bool complete = true;  // false: something could not be read, so the tree lacks a part
};

/// Reads `path` and what its `include` names, merges them in the order of the patterns and the names, and applies the
/// overrides, the last of equals winning.
[[nodiscard]] Files read_files(const std::filesystem::path& path, const std::vector<Override>& overrides,
                               Findings& findings);

}  // namespace hub::config
