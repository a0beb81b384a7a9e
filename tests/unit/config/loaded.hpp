#pragma once

#include "hub/config/load.hpp"
#include "tests/support/temp_dir.hpp"

#include <string>
#include <variant>
#include <vector>

namespace tests::config {

/// The problems of a load, as a person sees them, with `folder` cut from every path; empty when it succeeded.
inline std::vector<std::string> problems_of(
    const std::variant<hub::config::Config, std::vector<hub::config::Problem>>& loaded, const std::string& folder) {
  std::vector<std::string> lines;
  if (loaded.index() == 0) return lines;
  for (const auto& problem : std::get<1>(loaded)) {
    std::string line = to_string(problem);
    for (auto at = line.find(folder + "/"); at != std::string::npos; at = line.find(folder + "/"))
      line.erase(at, folder.size() + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

/// Loads `text` as hub.yaml of a folder of its own.
inline std::vector<std::string> problems_in(const std::string& text,
                                            const std::vector<hub::config::Override>& overrides = {}) {
  const support::TempDir folder;
  const auto file = folder.write("hub.yaml", text);
  return problems_of(hub::config::load(file, overrides), folder.path().string());
}

}  // namespace tests::config
