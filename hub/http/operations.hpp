#pragma once

#include "hub/http/message.hpp"
#include "hub/http/query.hpp"
#include "hub/sync/hub.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::http {

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
  std::string body = {};                                  // name of the body's schema, empty: none
  std::vector<std::string> media = {"application/json"};  // of the body
  int status = 200;
  std::string answer = {};         // name of the schema of the 2xx answer
  std::vector<int> problems = {};  // statuses of its own beside those that every operation may answer
  // What it does, on a worker thread; empty for those that are served in another way (routes.cpp).
  std::function<sync::Outcome(sync::Hub&, const Request&)> call = {};
};

/// The whole API, in the order of the documentation.
[[nodiscard]] const std::vector<Operation>& operations();

/// Part of it: what stewards do to whole records.
[[nodiscard]] std::vector<Operation> curation_operations();
/// The part of it that is about conflicts.
[[nodiscard]] std::vector<Operation> conflict_operations();

/// The OpenAPI 3.1 document of the API, as JSON text.
[[nodiscard]] std::string openapi();

}  // namespace hub::http
