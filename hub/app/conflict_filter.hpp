#pragma once

#include "hub/app/api_client.hpp"
#include "hub/app/cli.hpp"

#include <string>

namespace hub::model {
class JsonWriter;
}  // namespace hub::model

namespace hub::app {

/// --kind, --entity, --source, --since and --text.
void add_filter_options(Cli& cli, CLI::App& command);

// What they say, and which field is in dispute (empty: any): as the query of a list, as an object of a body, and as
// they are written on a command line, each with a space before it.
[[nodiscard]] Query filter_query(const Arguments& args, const std::string& field);
[[nodiscard]] std::string filter_json(const Arguments& args, const std::string& field);
[[nodiscard]] std::string filter_words(const Arguments& args, const std::string& field);

/// A word as a shell takes it, in quotes where it needs them.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace hub::app
