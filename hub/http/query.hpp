#pragma once

#include "hub/http/message.hpp"
#include "hub/model/change.hpp"
#include "hub/sync/refusal.hpp"
#include "hub/sync/views.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::http {

enum class QueryKind : std::uint8_t { kText, kWord, kNumber, kFlag };

/// One query parameter of an operation.
struct QueryParam {
  std::string name;
  std::string description;
  QueryKind kind = QueryKind::kText;
  std::vector<std::string> words;  // kWord: what it may be
  int fallback = 0;                // kNumber: when it is not given …
  int least = 0, most = 0;         // … and its range
  bool required = false;
};

[[nodiscard]] QueryParam text_param(std::string name, std::string description);
[[nodiscard]] QueryParam word_param(std::string name, std::string description, std::vector<std::string> words);
[[nodiscard]] QueryParam flag_param(std::string name, std::string description);
[[nodiscard]] QueryParam number_param(std::string name, std::string description, int fallback, int least, int most);
/// How many items a list gives at most.
[[nodiscard]] QueryParam limit_param();
/// The parameters of a list: those that are given, and where in it to read on.
[[nodiscard]] std::vector<QueryParam> paged(std::vector<QueryParam> params = {});
/// The same parameter, without which the call is refused.
[[nodiscard]] QueryParam required(QueryParam param);

/// What is wrong with the query of a request, or nothing: an unknown parameter (the nearest known one is named), a
/// missing one, or a value out of its range.
[[nodiscard]] std::optional<sync::Refusal> check_query(const std::vector<QueryParam>& params, const Request& request);

// What a request asks for, once check_query let it pass.
/// The value of a parameter, empty when it is not given.
[[nodiscard]] std::string_view value_of(const Request& request, std::string_view name);
[[nodiscard]] int number_of(const Request& request, std::string_view name, int fallback);
[[nodiscard]] sync::Page page_of(const Request& request);
/// The record that the path names by {entity} and {externalId}.
[[nodiscard]] model::RecordKey key_of(const Request& request);
/// The etag of If-Match without its quotes; empty when there is none.
[[nodiscard]] std::string if_match_of(const Request& request);

}  // namespace hub::http
