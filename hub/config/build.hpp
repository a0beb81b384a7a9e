#pragma once

#include "hub/config/config.hpp"
#include "hub/config/keys.hpp"
#include "hub/config/tree.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::config {

// From a tree that check_against_table() completed to the structs. What is checked here is how keys agree with each
// other; what was refused before is absent, and then the structs' defaults stand in until the problems are reported.

[[nodiscard]] HubConfig build_hub(const Node& root, Findings& findings);
[[nodiscard]] ApiConfig build_api(const Node& root, Findings& findings);
[[nodiscard]] std::vector<model::EntitySchema> build_entities(const Node& root, Findings& findings);
[[nodiscard]] std::vector<SourceConfig> build_sources(const Node& root,
                                                      const std::vector<model::EntitySchema>& entities,
                                                      Findings& findings);

/// The text at a dotted path, "" when there is none.
[[nodiscard]] std::string text_at(const Node& node, std::string_view path);
[[nodiscard]] bool flag_at(const Node& node, std::string_view path);
/// The number at a dotted path below `node`, read as `type`; 0 when there is none.
[[nodiscard]] double number_at(const Node& node, std::string_view path, Type type);
[[nodiscard]] int int_at(const Node& node, std::string_view path);
[[nodiscard]] Millis millis_at(const Node& node, std::string_view path);
/// The texts of the list at a dotted path.
[[nodiscard]] std::vector<std::string> list_at(const Node& node, std::string_view path);

/// The key `deletes` of an entity or a mapping, nothing when it is not there.
[[nodiscard]] std::optional<model::DeleteMode> delete_mode_at(const Node& node);

/// "`clinet` is no <what>; did you mean `client`?", or what is known instead.
[[nodiscard]] std::string no_such(std::string_view word, std::string_view what, const std::vector<std::string>& known);
/// The names of a schema's fields.
[[nodiscard]] std::vector<std::string> field_names(const model::EntitySchema& entity);
/// Whether `text` is a value of the field's type as its configuration may name it (an enum, a filter, a map of values).
[[nodiscard]] bool is_value_of(const model::FieldSchema& field, const std::string& text);

}  // namespace hub::config
