#include "hub/config/template.hpp"

#include <algorithm>

namespace hub::config {

base::Result<std::vector<model::TemplatePart>> parse_template(std::string_view text) {
  const auto wrong = [](const char* what) { return base::Error{{}, what}; };
  std::vector<model::TemplatePart> parts;
  const auto add_text = [&](std::string_view piece) {
    if (parts.empty() || !parts.back().field.empty()) parts.emplace_back();
    parts.back().text += piece;
  };
  while (!text.empty()) {
    const std::size_t brace = text.find_first_of("{}");
    if (brace > 0) add_text(text.substr(0, brace));
    if (brace == std::string_view::npos) break;
    const bool doubled = text.size() > brace + 1 && text[brace + 1] == text[brace];
    if (!doubled && text[brace] == '}') return wrong("has a `}` that closes nothing; a brace itself is written `}}`");
    const std::size_t end = doubled ? brace + 1 : text.find('}', brace);
    if (end == std::string_view::npos) return wrong("has a `{` that nothing closes; a brace itself is written `{{`");
    if (doubled)
      add_text(text.substr(brace, 1));
    else
      parts.push_back({std::string(text.substr(brace + 1, end - brace - 1)), {}});
    if (!doubled && parts.back().field.empty()) return wrong("has braces without the name of a field");
    text.remove_prefix(end + 1);
  }
  if (std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.field.empty(); }))
    return wrong("names no field; put names in braces: \"{firstName} {lastName}\"");
  return parts;
}

}  // namespace hub::config
