#include "hub/config/keys.hpp"
#include "hub/config/load.hpp"
#include "hub/config/scalar.hpp"

namespace hub::config {
namespace {

std::string type_words(const Key& key) {
  switch (key.type) {
    case Type::kSection: return "section";
    case Type::kNames: return "map by name";
    case Type::kSettings: return "map";
    case Type::kString: return "text";
    case Type::kName: return "name";
    case Type::kPath: return "path";
    case Type::kListen: return "host:port";
    case Type::kStore: return "`sqlite` or URL";
    case Type::kChoice: {
      const auto choices = words(key.choices);
      return choices.size() == 1 ? "`" + choices[0] + "` only" : listed(choices);
    }
    case Type::kBoolean: return "`true` or `false`";
    case Type::kInteger: return "whole number";
    case Type::kDuration: return "duration";
    case Type::kAge: return "duration or `off`";
    case Type::kSize: return "size";
    case Type::kRate: return "rate";
    case Type::kStrings: return "list of texts";
    case Type::kNormalisers: return "list of normalisers";
    case Type::kPolicy: return listed(words(key.choices)) + ", or section";
    case Type::kMatchOn: return "list of lists of fields";
    case Type::kFilter: return "map of field to list of values";
    case Type::kField: return "text or section";
    case Type::kValues: return "map of hub value to source value";
  }
  return {};
}

std::string unit_words(const Key& key) {
  switch (key.type) {
    case Type::kDuration:
    case Type::kAge: return "ms, s, m, h, d";
    case Type::kSize: return "B, KiB, MiB, GiB";
    case Type::kRate: return "/s, /m, /h";
    default: return std::string(key.unit);
  }
}

std::string display_path(std::string_view path) {
  std::string text(path);
  for (auto star = text.find('*'); star != std::string::npos; star = text.find('*')) text.replace(star, 1, "<name>");
  return text;
}

}  // namespace

std::string reference_markdown() {
  std::string page;
  for (const Key& key : keys()) {
    if (key.path.find('.') == std::string_view::npos) {
      page += (page.empty() ? "### `" : "\n### `") + std::string(key.path) + "`\n\n";
      page += "| key | type | unit | default | range | what it says |\n| --- | --- | --- | --- | --- | --- |\n";
    }
    const std::string fallback = key.required           ? "required"
                                 : key.fallback.empty() ? ""
                                                        : "`" + std::string(key.fallback) + "`";
    const std::string range = key.min.empty() ? "" : std::string(key.min) + " to " + std::string(key.max);
    page += "| `" + display_path(key.path) + "` | " + type_words(key);
    for (const std::string& cell : {unit_words(key), fallback, range, std::string(key.text)}) page += " | " + cell;
    page += " |\n";
  }
  return page;
}

}  // namespace hub::config
