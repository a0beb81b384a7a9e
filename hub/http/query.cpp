#include "hub/http/query.hpp"

#include "hub/base/nearest.hpp"
#include "hub/http/text.hpp"

#include <algorithm>
#include <charconv>

namespace hub::http {

namespace {

constexpr int kPageLimit = 100;
constexpr int kMostPageLimit = 1000;

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

QueryParam text_param(std::string name, std::string description) {
  return {std::move(name), std::move(description), QueryKind::kText, {}, 0, 0, 0, false};
}

QueryParam required(QueryParam param) {
  param.required = true;
  return param;
}

QueryParam word_param(std::string name, std::string description, std::vector<std::string> words) {
  return {std::move(name), std::move(description), QueryKind::kWord, std::move(words), 0, 0, 0, false};
}

QueryParam number_param(std::string name, std::string description, int fallback, int least, int most) {
  return {std::move(name), std::move(description), QueryKind::kNumber, {}, fallback, least, most, false};
}

QueryParam flag_param(std::string name, std::string description) {
  return {std::move(name), std::move(description), QueryKind::kFlag, {}, 0, 0, 0, false};
}

QueryParam limit_param() { return number_param("limit", "how many items at most", kPageLimit, 1, kMostPageLimit); }

std::vector<QueryParam> paged(std::vector<QueryParam> params) {
  params.push_back(text_param("cursor", "`next` of the page before; absent: from the start"));
  params.push_back(limit_param());
  return params;
}

std::string_view value_of(const Request& request, std::string_view name) {
  const auto* value = request.query_value(name);
  return value == nullptr ? std::string_view{} : std::string_view(*value);
}

int number_of(const Request& request, std::string_view name, int fallback) {
  const auto value = value_of(request, name);
  std::from_chars(value.data(), value.data() + value.size(), fallback);
  return fallback;
}

sync::Page page_of(const Request& request) {
  return {std::string(value_of(request, "cursor")), number_of(request, "limit", kPageLimit)};
}

model::RecordKey key_of(const Request& request) { return {request.param("entity"), request.param("externalId")}; }

std::string if_match_of(const Request& request) {
  const auto* header = request.header("if-match");
  if (header == nullptr) return {};
  auto tag = trim(*header);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
  return std::string(tag);
}

std::optional<sync::Refusal> check_query(const std::vector<QueryParam>& params, const Request& request) {
  sync::Refusal refusal{400, "the query has errors", {}, {}, 0};
  std::vector<std::string> known;
  for (const auto& param : params) {
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
