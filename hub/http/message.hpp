#pragma once

#include "hub/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::http {

/// A name and its value: a header, a query parameter, or what a route's placeholder matched.
using Named = std::pair<std::string, std::string>;

/// One HTTP request as the handlers see it: checked, decoded, and free of the transport.
struct Request {
  std::string method = "GET";         // as sent, upper case
  std::string path = "/";             // decoded, for people to read; routes match `segments`
  std::vector<std::string> segments;  // the parts of the path, each decoded on its own: an id may hold a slash
  std::vector<Named> query;           // decoded, in order, names unique
  std::vector<Named> headers;         // names in lower case and unique; repeated list headers are joined with ", "
  std::vector<Named> params;          // what the placeholders of the route matched, by their names
  std::string body;
  std::string id;  // X-Request-Id: the client's when it was usable, else made by the server
  std::int64_t received_at_ms = 0;

  /// The value of a header, named in lower case; null when it was not sent.
  [[nodiscard]] const std::string* header(std::string_view name) const;
  /// The value of a query parameter; null when it was not given.
  [[nodiscard]] const std::string* query_value(std::string_view name) const;
  /// What the placeholder `name` of the route matched; throws std::out_of_range when the route has no such one.
  [[nodiscard]] const std::string& param(std::string_view name) const;
};

/// One answer. The server adds framing, date, request id and the security headers itself.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Named> headers;

  /// Adds a header. Throws std::invalid_argument when `name` is no token or `value` holds control characters, so
  /// that no stored value can ever split an answer.
  void set_header(std::string_view name, std::string value);
};

/// An answer with a JSON body.
[[nodiscard]] Response json_response(int status, std::string body);

/// A request made inside the process. `target` is what would stand in the request line: "/api/records?limit=5".
[[nodiscard]] base::Result<Request> make_request(std::string_view method, std::string_view target,
                                                 std::string body = {});

/// The phrase of a status code: "Not Found"; "Unknown" for one that the hub never sends.
[[nodiscard]] std::string_view reason_of(int status);

}  // namespace hub::http
