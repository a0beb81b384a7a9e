#include "hub/config/check.hpp"

#include "hub/base/nearest.hpp"
#include "hub/config/keys.hpp"
#include "hub/config/scalar.hpp"

#include <algorithm>
#include <utility>

namespace hub::config {
namespace {

class Checker {
 public:
  Checker(const Place& root, bool complete, Findings& findings)
      : root_(root), complete_(complete), findings_(findings) {}

  /// Checks a map with the keys below `pattern`. `path` is its own path, `at` where it begins.
  void section(Node& node, std::string_view pattern, const std::string& path, const Place& at) {
    node.kind = Node::Kind::kMap;
    const std::vector<const Key*> rows = children_of(pattern);
    std::vector<Member> members = std::exchange(node.members, {});
    for (Member& member : members) {
      const auto row =
          std::find_if(rows.begin(), rows.end(), [&](const Key* key) { return last_part(key->path) == member.key; });
      if (row == rows.end()) {
        unknown(member, pattern, path, rows);
      } else if (value(member.value, **row, join(path, member.key), member.place) || (*row)->required) {
        node.members.push_back(std::move(member));
      }
    }
    for (const Key* row : rows) complete_with(node, *row, path, at);
  }

 private:
  void complete_with(Node& node, const Key& row, const std::string& path, const Place& at) {
    const std::string name(last_part(row.path));
    if (node.member(name) != nullptr) return;
    if (row.required) {
      if (complete_) findings_.problem(at, "`" + join(path, name) + "` is missing; it has no default");
    } else if (row.type == Type::kSection) {
      node.members.push_back({name, at, Node(Node::Kind::kMap, at)});
      section(node.members.back().value, row.path, join(path, name), at);
    } else if (!row.fallback.empty()) {
      // A default belongs to the main file, whose folder a default path counts from.
      Node value(Node::Kind::kScalar, root_, std::string(row.fallback));
      value.written = false;
      if (row.fallback == "[]") value.kind = Node::Kind::kList;
      if (row.fallback == "{}") value.kind = Node::Kind::kMap;
      node.members.push_back({name, at, std::move(value)});
    }
  }

  void unknown(const Member& member, std::string_view pattern, const std::string& path,
               const std::vector<const Key*>& rows) {
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const Key* row : rows) names.emplace_back(last_part(row->path));
    std::string message = "unknown key `" + join(path, member.key) + "`; ";
    if (const std::string near = base::nearest(member.key, names); !near.empty()) {
      message += "did you mean `" + join(path, near) + "`?";
    } else if (const std::string deeper = below(pattern, member.key); !deeper.empty()) {
      message += "did you mean `" + join(path, deeper) + "`?";
    } else {
      message += "known here: " + listed(names, "and");
    }
    findings_.problem(member.place, std::move(message));
  }

  /// Where a key called `name` is known further down, as a path from `pattern`; empty when nowhere.
  static std::string below(std::string_view pattern, std::string_view name) {
    for (const Key& row : keys()) {
      if (last_part(row.path) != name || !(pattern.empty() || row.path.starts_with(std::string(pattern) + ".")))
        continue;
      std::string rest(row.path.substr(pattern.empty() ? 0 : pattern.size() + 1));
      for (auto star = rest.find('*'); star != std::string::npos; star = rest.find('*'))
        rest.replace(star, 1, "<name>");
      return rest;
    }
    return {};
  }

  /// Checks one value; false: it is refused and reported, and the caller drops it.
  bool value(Node& node, const Key& key, const std::string& path, const Place& at) {
    switch (key.type) {
      case Type::kSection:
        if (!node.is_map()) return refuse(node, key, path);
        section(node, key.path, path, at);
        return true;
      case Type::kNames: return names(node, key, path, at);
      case Type::kSettings: return node.is_map() || refuse(node, key, path);
      case Type::kStrings:
      case Type::kNormalisers: return strings(node, key, path);
      case Type::kPolicy: return policy(node, key, path, at);
      case Type::kField: return field(node, key, path, at);
      case Type::kMatchOn: return match_on(node, key, path);
      case Type::kFilter: return filter(node, key, path);
      case Type::kValues:
        return (node.is_map() &&
                std::none_of(node.members.begin(), node.members.end(),
                             [](const Member& m) { return m.value.is_list() || !m.value.members.empty(); })) ||
               refuse(node, key, path);
      default: return scalar(node, key, path, at);
    }
  }

  bool names(Node& node, const Key& key, const std::string& path, const Place& at) {
    if (!node.is_map()) return refuse(node, key, path);
    if (node.members.empty() && key.required && complete_)
      findings_.problem(at, "`" + path + "` is empty; it needs at least one name");
    node.kind = Node::Kind::kMap;
    const Key& row = key_at(std::string(key.path) + ".*");
    std::vector<Member> members = std::exchange(node.members, {});
    for (Member& member : members) {
      if (!is_name(member.key)) {
        findings_.problem(member.place,
                          shown(member.key) + " in `" + path + "` is no name: use 1 to 64 letters, digits, _ and -");
        continue;
      }
      // A refused one keeps its name, so that nobody who refers to it is blamed.
      value(member.value, row, join(path, member.key), member.place);
      node.members.push_back(std::move(member));
    }
    return true;
  }

  bool strings(const Node& node, const Key& key, const std::string& path) {
    if (!node.is_list()) return refuse(node, key, path);
    bool good = true;
    for (const Node& item : node.items)
      if (!item.is_scalar() || (key.type == Type::kNormalisers && !is_normaliser(item.text)))
        good = refuse_item(item, key, path);
    return good;
  }

  bool filter(const Node& node, const Key& key, const std::string& path) {
    if (!node.is_map()) return refuse(node, key, path);
    bool good = true;
    for (const Member& member : node.members) good = strings(member.value, key, join(path, member.key)) && good;
    return good;
  }

  static bool is_normaliser(std::string_view text) {
    constexpr std::string_view kDecimal = "decimal:";
    if (text.starts_with(kDecimal)) {
      const auto digits = quantity(Type::kInteger, text.substr(kDecimal.size()));
      return digits && *digits >= 0 && *digits <= 38;
    }
    return text == "trim" || text == "lower" || text == "email" || text == "phone" || text == "date";
  }

  bool match_on(const Node& node, const Key& key, const std::string& path) {
    if (!node.is_list()) return refuse(node, key, path);
    bool good = true;
    for (const Node& ladder : node.items) {
      const bool of_words =
          ladder.is_list() && !ladder.items.empty() &&
          std::all_of(ladder.items.begin(), ladder.items.end(), [](const Node& n) { return n.is_scalar(); });
      if (!of_words) good = refuse_item(ladder, key, path);
    }
    return good;
  }

  bool policy(Node& node, const Key& key, const std::string& path, const Place& at) {
    if (node.is_scalar()) {
      const auto choices = words(key.choices);
      return std::find(choices.begin(), choices.end(), node.text) != choices.end() || refuse(node, key, path);
    }
    if (node.kind != Node::Kind::kMap) return refuse(node, key, path);
    const std::size_t before = findings_.problems.size();
    section(node, key.path, path, at);
    if (findings_.problems.size() > before) return false;
    if (node.members.size() == 1) return true;
    findings_.problem(at, "`" + path + "` must have exactly one of `owner` and `prefer`");
    return false;
  }

  bool field(Node& node, const Key& key, const std::string& path, const Place& at) {
    if (node.is_scalar()) {  // the short form is the key `field`
      Node source = std::exchange(node, Node(Node::Kind::kMap, node.place));
      node.members.push_back({"field", source.place, std::move(source)});
    }
    if (!node.is_map()) return refuse(node, key, path);
    section(node, key.path, path, at);
    return true;
  }

  bool scalar(Node& node, const Key& key, const std::string& path, const Place& at) {
    if (node.kind == Node::Kind::kNull) {
      findings_.problem(at, "`" + path + "` has no value; give one, or leave the key out");
      return false;
    }
    if (!node.is_scalar()) return refuse(node, key, path);
    switch (key.type) {
      case Type::kName: return is_name(node.text) || refuse(node, key, path);
      case Type::kListen: {
        const auto address = listen_address(node.text);
        if (!address) return refuse(node, key, path);
        if (is_loopback(address->first)) return true;
        findings_.problem(node.place, "`" + path + "` is " + shown(node.text) +
                                          ", which others can reach: " + std::string(key.way_out));
        return false;
      }
      case Type::kStore: return node.text == "sqlite" || is_postgresql_url(node.text) || refuse(node, key, path);
      case Type::kChoice: {
        const auto choices = words(key.choices);
        return std::find(choices.begin(), choices.end(), node.text) != choices.end() || refuse(node, key, path);
      }
      case Type::kBoolean:
        return (!node.quoted && (node.text == "true" || node.text == "false")) || refuse(node, key, path);
      case Type::kInteger:
      case Type::kDuration:
      case Type::kAge:
      case Type::kSize:
      case Type::kRate: return number(node, key, path);
      default: return !node.text.empty() || refuse(node, key, path);
    }
  }

  bool number(const Node& node, const Key& key, const std::string& path) {
    const auto number = quantity(key.type, node.text);
    if (!number || (key.type == Type::kInteger && node.quoted)) return refuse(node, key, path);
    const bool without_limit =
        (key.type == Type::kRate && node.text == "unlimited") || (key.type == Type::kAge && node.text == "off");
    if (without_limit || (*number >= *quantity(key.type, key.min) && *number <= *quantity(key.type, key.max)))
      return true;
    findings_.problem(node.place, "`" + path + "` must be between " + std::string(key.min) + " and " +
                                      std::string(key.max) + ", not " + shown(node.text));
    return false;
  }

  /// What stands at `node`, as a message may name it.
  static std::string found(const Node& node, const Key& key) {
    switch (node.kind) {
      case Node::Kind::kNull: return "nothing";
      case Node::Kind::kList: return node.items.empty() ? "an empty list" : "a list";
      case Node::Kind::kMap: return "a map";
      case Node::Kind::kScalar: break;
    }
    if (key.type == Type::kSettings) return "text";  // what is meant for a plugin may be secret
    const bool unquote = node.quoted && (key.type == Type::kInteger || key.type == Type::kBoolean);
    return shown(node.text) + (unquote ? " in quotes" : "");
  }

  bool refuse(const Node& node, const Key& key, const std::string& path) {
    std::string message = "`" + path + "` must be " + form_of(key) + ", not " + found(node, key);
    if (key.type == Type::kChoice && !key.way_out.empty()) message += ": " + std::string(key.way_out);
    findings_.problem(node.place, std::move(message));
    return false;
  }

  bool refuse_item(const Node& item, const Key& key, const std::string& path) {
    findings_.problem(item.place, "`" + path + "` holds " + found(item, key) + ", but must be " + form_of(key));
    return false;
  }

  Place root_;
  bool complete_;
  Findings& findings_;
};

}  // namespace

void check_against_table(Node& root, bool complete, Findings& findings) {
  const Place place = root.place;
  Checker(place, complete, findings).section(root, "", "", place);
}

}  // namespace hub::config
