#include "hub/base/nearest.hpp"
#include "hub/http/operations.hpp"

#include <algorithm>
#include <charconv>

namespace hub::http {

namespace {

/// What is wrong with one value; empty: nothing.
std::string check_value(const QueryParam& param, const std::string& value) {
  switch (param.kind) {
    case QueryKind::kText: return {};
    case QueryKind::kFlag: return value == "true" || value == "false" ? "" : "must be true or false";
    case QueryKind::kNumber: {
      int number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error == std::errc{} && end == value.data() + value.size() && number >= param.least && number <= param.most)
        return {};
      return "must be a whole number from " + std::to_string(param.least) + " to " + std::to_string(param.most);
    }
    case QueryKind::kWord: {
      if (std::find(param.words.begin(), param.words.end(), value) != param.words.end()) return {};
      std::string all;
      for (const auto& word : param.words) all += (all.empty() ? "" : ", ") + word;
      return "must be one of " + all + base::did_you_mean(value, param.words);
    }
  }
  return {};
}

}  // namespace

std::optional<sync::Refusal> check_query(const Operation& operation, const Request& request) {
  sync::Refusal refusal{400, "the query has errors", {}, {}, 0};
  std::vector<std::string> known;
  for (const auto& param : operation.query) {
    known.push_back(param.name);
    const auto* value = request.query_value(param.name);
    std::string wrong = value != nullptr ? check_value(param, *value) : std::string{};
    if (param.required && (value == nullptr || value->empty())) wrong = "is required";
    if (!wrong.empty()) refusal.errors.push_back({"?" + param.name, wrong});
  }
  for (const auto& [name, value] : request.query)
    if (std::find(known.begin(), known.end(), name) == known.end())
      refusal.errors.push_back({"?" + name, "is no parameter of this call" + base::did_you_mean(name, known)});
  if (refusal.errors.empty()) return std::nullopt;
  return refusal;
}

}  // namespace hub::http
