#include "tests/support/hub_binary.hpp"

#include <cstdlib>

namespace tests::support {

namespace {

std::filesystem::path from_environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : fallback;
}

}  // namespace

std::filesystem::path syncline_binary() { return from_environment("SYNCLINE_BINARY", SYNCLINE_BUILT_BINARY); }

std::filesystem::path plugin_folder() { return from_environment("SYNCLINE_PLUGINS", SYNCLINE_BUILT_PLUGINS); }

std::filesystem::path source_folder() { return SYNCLINE_SOURCE_FOLDER; }

}  // namespace tests::support
