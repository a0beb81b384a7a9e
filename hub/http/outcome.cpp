#include "hub/http/outcome.hpp"

#include "hub/http/target.hpp"

namespace hub::http {

namespace {

/// A view with such a status tells of a problem: its body has the members of RFC 9457, `status` among them.
constexpr int kFirstProblem = 400;

Response response_of_view(const sync::View& view) {
  Response response = json_response(view.status, view.body);
  if (view.status >= kFirstProblem) response.content_type = "application/problem+json";
  if (!view.etag.empty()) response.set_header("ETag", "\"" + view.etag + "\"");
  if (view.moved_to)
    response.set_header("Location", "/api/records/" + percent_encode(view.moved_to->entity) + "/" +
                                        percent_encode(view.moved_to->external_id));
  if (view.retry_after_s > 0) response.set_header("Retry-After", std::to_string(view.retry_after_s));
  return response;
}

}  // namespace

Problem problem_of(const sync::Refusal& refusal) {
  Problem problem(refusal.status, refusal.detail);
  for (const auto& place : refusal.errors) problem.error(place.pointer, place.detail);
  for (const auto& [name, json] : refusal.members) problem.raw_member(name, json);
  if (refusal.retry_after_s > 0) problem.header("Retry-After", std::to_string(refusal.retry_after_s));
  return problem;
}

Response response_of(const sync::Outcome& outcome) {
  if (const auto* refusal = std::get_if<sync::Refusal>(&outcome)) return problem_of(*refusal).response();
  return response_of_view(std::get<sync::View>(outcome));
}

std::string line_of(const sync::Outcome& outcome) {
  if (const auto* refusal = std::get_if<sync::Refusal>(&outcome)) return problem_of(*refusal).json();
  const auto& view = std::get<sync::View>(outcome);
  if (view.status >= kFirstProblem) return view.body;
  return R"({"status":)" + std::to_string(view.status) + "," + view.body.substr(1);
}

}  // namespace hub::http
