#include "hub/config/settings.hpp"

#include "hub/config/scalar.hpp"
#include "hub/config/secrets.hpp"
#include "hub/model/json.hpp"

namespace hub::config {
namespace {

using model::Json;

class Converter {
 public:
  explicit Converter(Findings& findings) : findings_(findings) {}

  /// `parent` is the key above; `secret` when this or a key above sounds like one.
  Json convert(const Node& node, const std::string& path, std::string_view parent, bool secret) {
    Json json;
    switch (node.kind) {
      case Node::Kind::kNull: break;
      case Node::Kind::kScalar: return scalar(node, path, secret);
      case Node::Kind::kList:
        json.kind = Json::Kind::kArray;
        for (const Node& item : node.items) json.items.push_back(convert(item, path, parent, secret));
        break;
      case Node::Kind::kMap:
        json.kind = Json::Kind::kObject;
        for (const Member& member : node.members) {
          const bool inner = secret || sounds_secret(member.key, parent);
          json.members.emplace_back(member.key, convert(member.value, join(path, member.key), member.key, inner));
        }
        break;
    }
    return json;
  }

 private:
  Json scalar(const Node& node, const std::string& path, bool secret) {
    const Plain kind = node.quoted ? Plain::kText : plain_kind(node.text);
    const bool literal =
        (kind == Plain::kText || kind == Plain::kInteger) && !node.text.empty() && !has_reference(node.text);
    if (literal && (secret || holds_password(node.text)))
      findings_.warning(node.place,
                        "`" + path + "` looks like a secret written out; use ${file:…}, ${env:…} or ${cred:…}");
    switch (kind) {
      case Plain::kNull: return {};
      case Plain::kBoolean:
        return {Json::Kind::kBoolean, node.text[0] == 't' || node.text[0] == 'T' ? "true" : "false", {}, {}};
      case Plain::kInteger:
      case Plain::kFloat: return {Json::Kind::kNumber, json_number(node.text), {}, {}};
      case Plain::kAmbiguous:
        findings_.problem(node.place, "`" + path +
                                          "` is a number that not every program reads alike; write it in plain "
                                          "decimal, or quote it if it is text");
        return {};
      case Plain::kText: break;
    }
    const auto text = resolve_references(node.text, path, node.place, findings_);
    if (!text) return {};
    const bool is_path = node.text.starts_with("./") || node.text.starts_with("../");
    return {Json::Kind::kString, is_path ? absolute_at(node.place, *text).string() : *text, {}, {}};
  }

  Findings& findings_;
};

}  // namespace

std::string settings_json(const Node* settings, const std::string& path, Findings& findings) {
  if (settings == nullptr || settings->kind != Node::Kind::kMap) return "{}";
  for (const Member& member : settings->members)
    if (member.key.starts_with('$'))
      findings.problem(member.place, "`" + join(path, member.key) + "`: keys that begin with $ are the hub's own");
  std::string text;
  append_json(text, Converter(findings).convert(*settings, path, "", false));
  return text;
}

}  // namespace hub::config
