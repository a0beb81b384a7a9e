#pragma once

#include "hub/config/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hub::config {

/// Reads one YAML document; an empty one gives a null node. Anchors and aliases work; refused are broken syntax, text
/// that is not UTF-8, NUL characters, keys that are no words, tags (but !!str), a second document, and what is nested
/// or large beyond reason. Duplicate keys are still in the tree. `place` is the file with line 1, or a --set with line
/// 0, which then is the place of every node. nullopt: refused, and `findings` has the problem.
[[nodiscard]] std::optional<Node> read_yaml(std::string_view text, const Place& place, Findings& findings);

/// The offset of the first byte that is not well-formed UTF-8 or is NUL; nullopt when `text` is clean.
[[nodiscard]] std::optional<std::size_t> bad_text(std::string_view text);

}  // namespace hub::config
