#pragma once

#include "hub/config/load.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hub::config {

/// Where something was written; line and column count from 1. Line 0: in no file (`file` is then "--set <path>").
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// "file:line:column", or the file alone when there is no line.
[[nodiscard]] std::string to_string(const Place& place);
/// `path` as the person who wrote it at `place` meant it: from the folder of the file, for --set from the working
/// directory. Absolute and without "." and "..".
[[nodiscard]] std::filesystem::path absolute_at(const Place& place, const std::filesystem::path& path);

struct Member;

/// What YAML says, before anybody knows what it means. Scalars keep the text that was written.
struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };

  Node() = default;
  Node(Kind a_kind, Place a_place, std::string a_text = {});

  Kind kind = Kind::kNull;
  Place place;
  std::string text = {};        // kScalar
  bool quoted = false;          // kScalar: it was written in quotes, so it is text whatever it looks like
  bool written = true;          // false: a default that nobody wrote
  std::vector<Node> items;      // kList
  std::vector<Member> members;  // kMap, in the order of the file

  /// A key without a value is an empty map where a map belongs.
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap || kind == Kind::kNull; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }

  [[nodiscard]] const Member* member(std::string_view key) const;
  [[nodiscard]] Member* member(std::string_view key);
  /// The node at a dotted path ("pull.max_deletes.count") below this one; null when there is none.
  [[nodiscard]] const Node* at(std::string_view path) const;
};

struct Member {
  std::string key;
  Place place;  // of the key
  Node value;
};

/// What loading found so far.
struct Findings {
  std::vector<Problem> problems;
  std::vector<Problem> warnings;

  void problem(const Place& place, std::string message);
  void warning(const Place& place, std::string message);
};

/// The keys of a map, in order.
[[nodiscard]] std::vector<std::string> keys_of(const Node* node);

/// `base.key`, or the key alone below the root.
[[nodiscard]] std::string join(std::string_view base, std::string_view key);

/// Removes every key that one map gives twice, the later one, and reports it. `path` is where `node` sits.
void refuse_duplicates(Node& node, const std::string& path, Findings& findings);

/// Merges the map `from` into the map `into`; maps in both are merged in turn, any other key in both is a problem that
/// names both places.
void merge(Node& into, Node from, const std::string& path, Findings& findings);

/// Sets the node at the dotted `path` below `root`, making the maps on the way. A problem when something on the way is
/// no map or the path has an empty part.
void set_at(Node& root, std::string_view path, Node value, Findings& findings);

}  // namespace hub::config
