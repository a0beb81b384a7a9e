#pragma once

#include <filesystem>

namespace tests::support {

/// The `syncline` binary of this build; the environment variable SYNCLINE_BINARY names another.
[[nodiscard]] std::filesystem::path syncline_binary();
/// The folder with the plugins of this build; SYNCLINE_PLUGINS names another.
[[nodiscard]] std::filesystem::path plugin_folder();
/// The root of the repository, for its config/, sql/ and demo/.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace tests::support
