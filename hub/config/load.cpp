#include "hub/config/load.hpp"

#include "hub/config/build.hpp"
#include "hub/config/check.hpp"
#include "hub/config/files.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace hub::config {
namespace {

/// Sorts by place and drops what is said twice (an alias repeats the problems of its anchor).
void sort_by_place(std::vector<Problem>& problems) {
  const auto key = [](const Problem& p) { return std::tie(p.file, p.line, p.column, p.message); };
  std::sort(problems.begin(), problems.end(), [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
  const auto same = [&](const Problem& a, const Problem& b) { return key(a) == key(b); };
  problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
}

}  // namespace

std::string to_string(const Problem& problem) {
  return to_string(Place{problem.file, problem.line, problem.column}) + ": " + problem.message;
}

std::variant<Config, std::vector<Problem>> load(const std::filesystem::path& path,
                                                const std::vector<Override>& overrides) {
  Findings findings;
  Files files = read_files(path, overrides, findings);
  check_against_table(files.root, files.complete, findings);
  Config config;
  if (files.complete) {  // else what a broken file holds would be missed everywhere
    config.hub = build_hub(files.root, findings);
    config.api = build_api(files.root, findings);
    config.entities = build_entities(files.root, findings);
    config.sources = build_sources(files.root, config.entities, findings);
  }
  if (!findings.problems.empty()) {
    sort_by_place(findings.problems);
    return std::move(findings.problems);
  }
  sort_by_place(findings.warnings);
  for (const Problem& warning : findings.warnings) config.warnings.push_back(to_string(warning));
  return config;
}

}  // namespace hub::config
