#include "hub/config/files.hpp"

#include "hub/config/yaml.hpp"

#include <glob.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

namespace hub::config {
namespace {

namespace fs = std::filesystem;

std::optional<Node> read_file(const fs::path& file, const Place& named_at, Findings& findings) {
  const auto refuse = [&](const std::string& why) {
    findings.problem(named_at, file.string() + " cannot be read: " + why);
    return std::nullopt;
  };
  if (fs::is_directory(file)) return refuse("it is a folder");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return refuse(std::generic_category().message(errno));
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return refuse(std::generic_category().message(errno));

  const Place begin{file.string(), 1, 1};
  std::optional<Node> node = read_yaml(text.view(), begin, findings);
  if (!node) return std::nullopt;
  if (!node->is_map()) {
    findings.problem(begin, "the file must hold a map of keys such as `hub:` and `sources:`");
    return std::nullopt;
  }
  node->place = begin;
  refuse_duplicates(*node, "", findings);
  return node;
}

/// The files that a pattern names, in the order of their names. Special characters in the folder stand for themselves.
std::vector<fs::path> expand(const fs::path& folder, const std::string& pattern) {
  std::string escaped;
  const bool relative = fs::path(pattern).is_relative() && !folder.empty();
  if (relative) {
    for (const char c : folder.string())
      escaped += std::string(std::string_view("*?[\\").find(c) == std::string_view::npos ? "" : "\\") + c;
    escaped += '/';
  }
  glob_t found{};
  std::vector<fs::path> files;
  if (glob((escaped + pattern).c_str(), 0, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  return files;
}

/// Merges what the `include` of the main file names. False: a part could not be read.
bool include_files(Node& root, const fs::path& main, Findings& findings) {
  const Node* patterns = root.at("include");
  if (patterns == nullptr || !patterns->is_list()) return true;  // another type is for the check against the table
  bool complete = true;
  std::set<fs::path> seen{fs::weakly_canonical(main)};
  for (const Node& pattern : std::vector<Node>(patterns->items)) {
    const fs::path folder = pattern.place.line == 0 ? fs::path{} : main.parent_path();
    const std::vector<fs::path> files = expand(folder, pattern.text);
    if (files.empty() && pattern.text.find_first_of("*?[") == std::string::npos) {
      findings.problem(pattern.place, "there is no file " + (folder / pattern.text).string() + " to include");
      complete = false;
    }
    for (const fs::path& file : files) {
      if (!seen.insert(fs::weakly_canonical(file)).second) continue;
      std::optional<Node> node = read_file(file, pattern.place, findings);
      complete = complete && node.has_value();
      if (!node) continue;
      if (const Member* include = node->member("include")) {
        findings.problem(include->place, "only the main file may include others; name these files there");
        std::erase_if(node->members, [](const Member& m) { return m.key == "include"; });
      }
      merge(root, std::move(*node), "", findings);
    }
  }
  return complete;
}

}  // namespace

Files read_files(const fs::path& path, const std::vector<Override>& overrides, Findings& findings) {
  std::vector<std::pair<std::string, Node>> values;
  for (const auto& [key, text] : overrides) {
    std::optional<Node> value = read_yaml(text, {"--set " + key, 0, 0}, findings);
    if (!value) continue;
    refuse_duplicates(*value, key, findings);
    values.emplace_back(key, std::move(*value));
  }
  const auto apply = [&](Files& files, bool include) {
    for (const auto& [key, value] : values)
      if ((key == "include") == include) set_at(files.root, key, value, findings);
  };

  std::optional<Node> main = read_file(path, {path.string(), 0, 0}, findings);
  Files files{.root = main ? std::move(*main) : Node(Node::Kind::kMap, {path.string(), 1, 1}),
              .complete = main.has_value()};
  apply(files, true);
  if (!include_files(files.root, path, findings)) files.complete = false;
  apply(files, false);
  return files;
}

}  // namespace hub::config
