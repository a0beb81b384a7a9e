#pragma once

#include "hub/http/message.hpp"
#include "hub/sync/hub.hpp"

#include <functional>
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

enum class IfMatch : std::uint8_t { kNone, kOptional, kRequired };

/// One row of SEMANTICS 9: from it come the route, the checks of its query, and its part of the OpenAPI document.
struct Operation {
  std::string method;
  std::string path;  // with {placeholders}
  std::string id;    // operationId
  std::string tag;
  std::string summary;  // one sentence
  std::vector<QueryParam> query = {};
  IfMatch if_match = IfMatch::kNone;
  std::string body = {};                                       // name of the body's schema, empty: none
  std::vector<std::string> media = {"application/json"};  // of the body
  int status = 200;
  std::string answer = {};         // name of the schema of the 2xx answer
  std::vector<int> problems = {};  // statuses of its own beside those that every operation may answer
  // What it does, on a worker thread; empty for those that are served in another way (routes.cpp).
  std::function<sync::Outcome(sync::Hub&, const Request&)> call = {};
};

/// The whole API, in the order of the documentation.
[[nodiscard]] const std::vector<Operation>& operations();

/// What is wrong with the query of a request, or nothing: an unknown parameter (the nearest known one is named), a
/// missing one, or a value out of its range.
[[nodiscard]] std::optional<sync::Refusal> check_query(const Operation& operation, const Request& request);

/// The OpenAPI 3.1 document of the API, as JSON text.
[[nodiscard]] std::string openapi();

}  // namespace hub::http
