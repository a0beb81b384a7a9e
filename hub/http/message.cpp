#include "hub/http/message.hpp"

#include "hub/http/target.hpp"
#include "hub/http/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace hub::http {

namespace {

const std::string* find(const std::vector<Named>& list, std::string_view name) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const Named& item) { return item.first == name; });
  return it == list.end() ? nullptr : &it->second;
}

}  // namespace

const std::string* Request::header(std::string_view name) const { return find(headers, name); }

const std::string* Request::query_value(std::string_view name) const { return find(query, name); }

const std::string& Request::param(std::string_view name) const {
  if (const auto* value = find(params, name)) return *value;
  throw std::out_of_range("the route has no placeholder '" + std::string(name) + "'");
}

void Response::set_header(std::string_view name, std::string value) {
  if (!is_token(name) || has_control(value))
    throw std::invalid_argument("header '" + std::string(name) + "' cannot be sent");
  headers.emplace_back(name, std::move(value));
}

Response json_response(int status, std::string body) { return {status, "application/json", std::move(body), {}}; }

base::Result<Request> make_request(std::string_view method, std::string_view target, std::string body) {
  Request request;
  request.method = method;
  if (auto error = parse_target(target, request)) return *error;
  if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
  request.body = std::move(body);
  return request;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace hub::http
