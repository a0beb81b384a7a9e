#include "hub/sync/erased.hpp"

#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"

namespace hub::sync {

namespace {

constexpr std::string_view kMark = "valuesErased";
constexpr std::string_view kKept[] = {"source",      "entity",   "externalId", "nativeId",  "op",  "version",
                                      "baseVersion", "changeId", "observedAt", "changedAt", "etag"};

}  // namespace

std::string erased_body(std::string_view body) {
  const auto json = model::parse_json(body);
  model::JsonWriter kept;
  kept.begin_object().member(kMark, true);
  for (const std::string_view name : kKept)
    if (const model::Json* member = json.ok() ? json.value().find(name) : nullptr) {
      std::string text;
      model::append_json(text, *member);
      kept.key(name).raw(text);
    }
  if (json.ok() && json.value().find("raw") != nullptr) kept.key("raw").begin_object().end_object();  // a plugin's
  return kept.end_object().take();
}

bool is_erased_body(std::string_view body) {
  return body.find(kMark) != std::string_view::npos && [&] {
    const auto json = model::parse_json(body);
    return json.ok() && json.value().find(kMark) != nullptr;
  }();
}

}  // namespace hub::sync
