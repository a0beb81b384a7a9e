#include "hub/http/problem.hpp"

#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"

namespace hub::http {

Problem::Problem(int status, std::string detail)
    : status_(status), title_(reason_of(status)), detail_(std::move(detail)) {}

Problem& Problem::type(std::string uri) {
  type_ = std::move(uri);
  return *this;
}

Problem& Problem::title(std::string text) {
  title_ = std::move(text);
  return *this;
}

Problem& Problem::error(std::string pointer, std::string detail) {
  errors_.emplace_back(std::move(pointer), std::move(detail));
  return *this;
}

Problem& Problem::member(std::string name, std::string_view text) {
  std::string json;
  model::append_json_string(json, text);
  return raw_member(std::move(name), std::move(json));
}

Problem& Problem::member(std::string name, std::int64_t number) {
  return raw_member(std::move(name), std::to_string(number));
}

Problem& Problem::raw_member(std::string name, std::string json) {
  members_.emplace_back(std::move(name), std::move(json));
  return *this;
}

Problem& Problem::header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string Problem::json() const {
  model::JsonWriter json;
  json.begin_object().member("type", type_).member("title", title_).member("status", status_);
  if (!detail_.empty()) json.member("detail", detail_);
  if (!errors_.empty()) {
    json.key("errors").begin_array();
    for (const auto& [pointer, detail] : errors_)
      json.begin_object().member("pointer", pointer).member("detail", detail).end_object();
    json.end_array();
  }
  for (const auto& [name, value] : members_) json.key(name).raw(value);
  return json.end_object().take();
}

Response Problem::response() const {
  Response response{status_, "application/problem+json", json(), {}};
  for (const auto& [name, value] : headers_) response.set_header(name, value);
  return response;
}

Response internal_error(const std::string& request_id) {
  return Problem(500, "the hub failed on this request; its log has more under the request id")
      .member("requestId", request_id)
      .response();
}

Response unavailable(std::string detail, int retry_after_seconds) {
  return Problem(503, std::move(detail)).header("Retry-After", std::to_string(retry_after_seconds)).response();
}

}  // namespace hub::http
