#include "hub/http/problem.hpp"

namespace hub::http {

namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += ',';
  model::append_json_string(out, name);
  out += ':';
  model::append_json_string(out, text);
}

}  // namespace

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

Problem& Problem::member(std::string name, model::Json value) {
  members_.emplace_back(std::move(name), std::move(value));
  return *this;
}

Problem& Problem::member(std::string name, std::string_view text) {
  model::Json value;
  value.kind = model::Json::Kind::kString;
  value.text = text;
  return member(std::move(name), std::move(value));
}

Problem& Problem::member(std::string name, std::int64_t number) {
  model::Json value;
  value.kind = model::Json::Kind::kNumber;
  value.text = std::to_string(number);
  return member(std::move(name), std::move(value));
}

Problem& Problem::header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string Problem::json() const {
  std::string out = R"({"type":)";
  model::append_json_string(out, type_);
  append_member(out, "title", title_);
  out += R"(,"status":)" + std::to_string(status_);
  if (!detail_.empty()) append_member(out, "detail", detail_);
  if (!errors_.empty()) {
    out += R"(,"errors":[)";
    for (std::size_t i = 0; i < errors_.size(); ++i) {
      out += i == 0 ? R"({"pointer":)" : R"(,{"pointer":)";
      model::append_json_string(out, errors_[i].first);
      append_member(out, "detail", errors_[i].second);
      out += '}';
    }
    out += ']';
  }
  for (const auto& [name, value] : members_) {
    out += ',';
    model::append_json_string(out, name);
    out += ':';
    model::append_json(out, value);
  }
  out += '}';
  return out;
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
