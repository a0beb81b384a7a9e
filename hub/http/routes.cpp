#include "hub/http/routes.hpp"

#include "hub/http/batch_queue.hpp"
#include "hub/http/operations.hpp"
#include "hub/http/outcome.hpp"
#include "hub/sync/committer.hpp"

#include <algorithm>

namespace hub::http {

namespace {

/// Runs a row of the table on a worker thread.
Response serve(const Operation& operation, sync::Hub& hub, const Request& request) {
  if (auto refusal = check_query(operation.query, request)) return problem_of(*refusal).response();
  try {
    return response_of(operation.call(hub, request));
  } catch (const store::StoreError& e) {
    return problem_of(sync::refusal_of(e)).response();
  }
}

/// POST /api/sync: checked on the io thread, answered after the group commit, whose thread only hands the result over.
void submit_one(const Operation& operation, sync::Hub& hub, const Request& request, Reply reply) {
  if (const auto refusal = check_query(operation.query, request)) return reply(problem_of(*refusal).response());
  auto read = hub.read_change(request.body);
  if (const auto* refusal = std::get_if<sync::Refusal>(&read)) return reply(problem_of(*refusal).response());
  std::vector<sync::Submission> changes;
  changes.push_back(std::get<sync::Submission>(std::move(read)));
  const auto held = std::make_shared<Reply>(std::move(reply));  // shared: std::function wants to be copyable
  const bool queued = hub.submit(std::move(changes), [held](std::vector<sync::Result>&& results) {
    held->later([result = std::move(results.front())] { return response_of(sync::outcome_of(result)); });
  });
  if (!queued) (*held)(problem_of(sync::Hub::overloaded()).response());
}

/// One window of POST /api/sync/batch. Lines that are refused have their answers at once, the others share a commit.
void submit_lines(const sync::Hub& hub, BatchQueue& queue, const Request& request,
                  const std::vector<std::string>& lines, LinesReply reply) {
  std::vector<std::string> answers(lines.size());
  std::vector<std::size_t> places;  // of the submitted ones among the lines
  const std::int64_t run = sync::run_id(request.received_at_ms, std::hash<std::string>{}(request.id));
  std::vector<sync::Submission> changes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto read = hub.read_change(lines[i]);
    if (const auto* refusal = std::get_if<sync::Refusal>(&read)) {
      answers[i] = problem_of(*refusal).json();
    } else {
      places.push_back(i);
      changes.push_back(std::get<sync::Submission>(std::move(read)));
      changes.back().run = run;
    }
  }
  if (changes.empty()) return reply(std::move(answers));
  const auto held = std::make_shared<LinesReply>(std::move(reply));
  queue.submit(std::move(changes), [held, answers = std::move(answers),
                                    places = std::move(places)](std::vector<sync::Result>&& results) mutable {
    held->later([results = std::move(results), answers = std::move(answers), places = std::move(places)]() mutable {
      for (std::size_t i = 0; i < places.size(); ++i) answers[places[i]] = line_of(sync::outcome_of(results[i]));
      return std::move(answers);
    });
  });
}

const Operation& operation_of(std::string_view id) {
  const auto& all = operations();
  return *std::find_if(all.begin(), all.end(), [&](const Operation& each) { return each.id == id; });
}

void add_operation(Router& router, sync::Hub& hub, const Operation& operation) {
  router.blocking(
      operation.method, operation.path,
      [&operation, &hub](const Request& request) { return serve(operation, hub, request); },
      operation.body.empty() ? MediaTypes{"application/json"} : operation.media);
}

}  // namespace

void add_routes(Router& router, sync::Hub& hub) {
  for (const auto& operation : operations())
    if (operation.call) add_operation(router, hub, operation);
  const auto& operation = operation_of("submitChange");
  router.async(operation.method, operation.path,
               [&](Request&& request, Reply reply) { submit_one(operation, hub, request, std::move(reply)); });
  router.lines("POST", "/api/sync/batch",
               [&hub, queue = std::make_shared<BatchQueue>(hub)](const Request& request,
                                                                 std::vector<std::string>&& lines, LinesReply reply) {
                 submit_lines(hub, *queue, request, lines, std::move(reply));
               });
  // On the io thread: it must answer while all workers are busy.
  router.async("GET", "/healthz", [](Request&&, Reply reply) { reply(json_response(200, R"({"status":"ok"})")); });
  router.async("GET", "/openapi.json",
               [document = openapi()](Request&&, Reply reply) { reply(json_response(200, document)); });
}

}  // namespace hub::http
