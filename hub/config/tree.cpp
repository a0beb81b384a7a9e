#include "hub/config/tree.hpp"

#include <algorithm>
#include <utility>

namespace hub::config {

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::filesystem::path absolute_at(const Place& place, const std::filesystem::path& path) {
  const std::filesystem::path folder =
      place.line == 0 ? std::filesystem::path{} : std::filesystem::path(place.file).parent_path();
  return std::filesystem::absolute(folder / path).lexically_normal();
}

Node::Node(Kind a_kind, Place a_place, std::string a_text)
    : kind(a_kind), place(std::move(a_place)), text(std::move(a_text)) {}

const Member* Node::member(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

Member* Node::member(std::string_view key) { return const_cast<Member*>(std::as_const(*this).member(key)); }

const Node* Node::at(std::string_view path) const {
  const auto dot = path.find('.');
  const Member* next = member(path.substr(0, dot));
  if (next == nullptr || dot == std::string_view::npos) return next == nullptr ? nullptr : &next->value;
  return next->value.at(path.substr(dot + 1));
}

void Findings::problem(const Place& place, std::string message) {
  problems.push_back({place.file, place.line, place.column, std::move(message)});
}

void Findings::warning(const Place& place, std::string message) {
  warnings.push_back({place.file, place.line, place.column, std::move(message)});
}

std::vector<std::string> keys_of(const Node* node) {
  std::vector<std::string> keys;
  if (node == nullptr) return keys;
  for (const Member& member : node->members) keys.push_back(member.key);
  return keys;
}

std::string join(std::string_view base, std::string_view key) {
  return base.empty() ? std::string(key) : std::string(base).append(".").append(key);
}

namespace {

void refuse_second(const Member& first, const Member& second, const std::string& path, Findings& findings) {
  findings.problem(second.place, "`" + path + "` is given twice; the first is at " + to_string(first.place));
}

}  // namespace

void refuse_duplicates(Node& node, const std::string& path, Findings& findings) {
  for (Node& item : node.items) refuse_duplicates(item, path, findings);
  std::vector<Member> members = std::exchange(node.members, {});
  for (Member& member : members) {
    const std::string child = join(path, member.key);
    if (const Member* first = node.member(member.key)) {
      refuse_second(*first, member, child, findings);
      continue;
    }
    refuse_duplicates(member.value, child, findings);
    node.members.push_back(std::move(member));
  }
}

void merge(Node& into, Node from, const std::string& path, Findings& findings) {
  if (into.kind == Node::Kind::kNull) into.kind = from.kind;
  for (Member& member : from.members) {
    Member* first = into.member(member.key);
    const std::string child = join(path, member.key);
    if (first == nullptr) {
      into.members.push_back(std::move(member));
    } else if (first->value.is_map() && member.value.is_map()) {
      merge(first->value, std::move(member.value), child, findings);
    } else {
      refuse_second(*first, member, child, findings);
    }
  }
}

void set_at(Node& root, std::string_view path, Node value, Findings& findings) {
  const Place place = value.place;
  Node* node = &root;
  for (std::size_t begin = 0;;) {
    const std::size_t end = path.find('.', begin);
    const std::string_view key = path.substr(begin, end == std::string_view::npos ? end : end - begin);
    if (key.empty()) return findings.problem(place, "the path has an empty part; write it like hub.listen");
    if (!node->is_map()) {
      return findings.problem(
          place, "`" + std::string(path.substr(0, begin - 1)) + "` is no map, so nothing in it can be set");
    }
    node->kind = Node::Kind::kMap;
    Member* member = node->member(key);
    if (member == nullptr) {
      node->members.push_back({std::string(key), place, Node(Node::Kind::kNull, place)});
      member = &node->members.back();
    }
    node = &member->value;
    if (end == std::string_view::npos) {
      member->place = place;
      *node = std::move(value);
      return;
    }
    begin = end + 1;
  }
}

}  // namespace hub::config
