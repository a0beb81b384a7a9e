#include "hub/http/router.hpp"

#include "hub/base/log.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/target.hpp"
#include "hub/http/text.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace hub::http {

namespace {

bool is_placeholder(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool matches(const Route& route, const std::vector<std::string>& segments) {
  return std::equal(route.pattern.begin(), route.pattern.end(), segments.begin(), segments.end(),
                    [](const std::string& expected, const std::string& segment) {
                      return is_placeholder(expected) ? !segment.empty() : expected == segment;
                    });
}

bool answers_method(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

void set_params(const Route& route, Request& request) {
  request.params.clear();
  for (std::size_t i = 0; i < route.pattern.size(); ++i)
    if (const std::string_view name = route.pattern[i]; is_placeholder(name))
      request.params.emplace_back(name.substr(1, name.size() - 2), request.segments[i]);
}

Response method_not_allowed(const std::vector<const Route*>& on_path, const Request& request) {
  std::vector<std::string_view> methods;
  for (const Route* route : on_path) {
    methods.push_back(route->method);
    if (route->method == "GET") methods.push_back("HEAD");
  }
  std::sort(methods.begin(), methods.end());
  std::string allow;
  for (const auto method : methods) allow.append(allow.empty() ? "" : ", ").append(method);
  return Problem(405, request.path + " does not answer " + request.method).header("Allow", allow).response();
}

bool is_known_method(std::string_view method) {
  static constexpr std::string_view kKnown[] = {"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                "DELETE", "OPTIONS", "TRACE", "CONNECT"};
  return std::find(std::begin(kKnown), std::end(kKnown), method) != std::end(kKnown);
}

/// The value of the parameter `charset` of a media type, empty when it has none.
std::string_view charset_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto end = parameters.find(';');
    const auto parameter = trim(parameters.substr(0, end));
    parameters = end == std::string_view::npos ? std::string_view{} : parameters.substr(end + 1);
    if (!same_ignoring_case(parameter.substr(0, 8), "charset=")) continue;
    auto value = parameter.substr(8);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

bool reads_media(const Route& route, std::string_view content_type) {
  const auto semicolon = content_type.find(';');
  const auto type = trim(content_type.substr(0, semicolon));
  const bool known = std::any_of(route.media.begin(), route.media.end(),
                                 [&](const std::string& media) { return same_ignoring_case(media, type); });
  if (!known || semicolon == std::string_view::npos) return known;
  const auto charset = charset_of(content_type.substr(semicolon + 1));
  return charset.empty() || same_ignoring_case(charset, "utf-8");
}

void log_failure(const Request& request, std::string_view what) {
  base::log(base::LogLevel::kError, "http",
            request.method + " " + request.path + " (request " + request.id + ") answers 500: " + std::string(what));
}

/// What a log line needs of a request once the handler owns it.
Request named(const Request& request) {
  Request copy;
  copy.method = request.method;
  copy.path = request.path;
  copy.id = request.id;
  return copy;
}

/// Lets one thread wait for an answer that comes on another.
template <class T>
class Waiter final : public Answer<T>::Sink {
 public:
  explicit Waiter(const Request& request) : request_(request) {}
  void deliver(T value) noexcept override { finish(std::move(value)); }
  void deliver_made(std::function<T()> make) noexcept override {
    try {
      finish(make());
    } catch (const std::exception& e) {
      log_failure(request_, e.what());
      finish(std::nullopt);
    }
  }
  void drop(bool unwinding) noexcept override {
    if (!unwinding) log_failure(request_, "its handler gave no answer");
    finish(std::nullopt);
  }
  /// The answer, or nothing when it was dropped.
  std::optional<T> wait() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_; });
    return std::move(value_);
  }

 private:
  void finish(std::optional<T> value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    done_ = true;
    ready_.notify_one();
  }
  const Request request_;  // for the log: without body
  std::mutex mutex_;
  std::condition_variable ready_;
  std::optional<T> value_;  // guarded by mutex_
  bool done_ = false;       // guarded by mutex_
};

Response handle_lines(const Route& route, Request& request, const LineLimits& limits) {
  const std::string body = std::exchange(request.body, {});
  LineSplitter splitter(limits);
  Response response{200, "application/x-ndjson", {}, {}};
  std::string_view rest = body;
  do {
    LineWindow window;
    rest.remove_prefix(splitter.feed(rest, window));
    if (rest.empty()) splitter.finish(window);
    const auto expected = window.lines.size();
    std::optional<std::vector<std::string>> answers(std::in_place);
    if (expected != 0) {
      const auto waiter = std::make_shared<Waiter<std::vector<std::string>>>(request);
      Router::run_lines(route, request, std::move(window.lines), LinesReply(waiter));
      answers = waiter->wait();
    }
    append_answers(window.refused, expected, answers.value_or(std::vector<std::string>{}), response.body);
  } while (!rest.empty());
  return response;
}

}  // namespace

void Router::blocking(std::string_view method, std::string_view pattern, BlockingHandler handler, MediaTypes media) {
  add({std::string(method), {}, RouteKind::kBlocking, std::move(media), std::move(handler), {}, {}}, pattern);
}

void Router::async(std::string_view method, std::string_view pattern, AsyncHandler handler, MediaTypes media) {
  add({std::string(method), {}, RouteKind::kAsync, std::move(media), {}, std::move(handler), {}}, pattern);
}

void Router::lines(std::string_view method, std::string_view pattern, LinesHandler handler, MediaTypes media) {
  add({std::string(method), {}, RouteKind::kLines, std::move(media), {}, {}, std::move(handler)}, pattern);
}

void Router::add(Route route, std::string_view pattern) {
  Request parsed;
  if (const auto error = parse_target(pattern, parsed))
    throw std::invalid_argument("route " + std::string(pattern) + ": " + error->message);
  route.pattern = std::move(parsed.segments);
  const Route& added = *routes_.emplace_back(std::make_unique<Route>(std::move(route)));
  if (std::any_of(added.pattern.begin(), added.pattern.end(), is_placeholder)) {
    with_params_.push_back(&added);
  } else {
    without_params_[parsed.path].push_back(&added);
  }
}

std::variant<const Route*, Response> Router::find(Request& request) const {
  if (!is_known_method(request.method)) return Problem(501, "the hub does not know this method").response();
  std::vector<const Route*> on_path;
  // The path as a whole finds a candidate fast; the segments decide, for an encoded slash is no separator.
  if (const auto it = without_params_.find(request.path);
      it != without_params_.end() && matches(*it->second.front(), request.segments)) {
    for (const Route* route : it->second)
      if (answers_method(*route, request.method)) return route;
    on_path = it->second;
  }
  for (const Route* route : with_params_) {
    if (!matches(*route, request.segments)) continue;
    if (answers_method(*route, request.method)) {
      set_params(*route, request);
      return route;
    }
    on_path.push_back(route);
  }
  if (on_path.empty()) return Problem(404, "nothing is at " + request.path).response();
  return method_not_allowed(on_path, request);
}

std::optional<Response> Router::check_media(const Route& route, const Request& request, bool has_body) {
  if (!has_body) return std::nullopt;
  if (const auto* encoding = request.header("content-encoding");
      encoding != nullptr && !same_ignoring_case(*encoding, "identity"))
    return Problem(415, "the hub reads no Content-Encoding; send the body as it is")
        .header("Accept-Encoding", "identity")
        .response();
  const auto* type = request.header("content-type");
  if (type != nullptr && reads_media(route, *type)) return std::nullopt;
  return Problem(415, request.path + " reads " + route.media.front() + " in UTF-8")
      .header("Accept", route.media.front())
      .response();
}

void Router::run(const Route& route, Request&& request, Reply reply) noexcept {
  const Request copy = named(request);
  try {
    if (route.kind == RouteKind::kAsync) {
      route.async(std::move(request), std::move(reply));
    } else {
      reply(route.blocking(request));
    }
  } catch (const std::exception& e) {
    log_failure(copy, e.what());
    if (reply.open()) reply(internal_error(copy.id));
  }
}

void Router::run_lines(const Route& route, const Request& request, std::vector<std::string>&& lines,
                       LinesReply reply) noexcept {
  try {
    route.lines(request, std::move(lines), std::move(reply));
  } catch (const std::exception& e) {
    log_failure(request, e.what());
  }
}

Response Router::handle(Request request) const {
  const auto found = find(request);
  if (const auto* refused = std::get_if<Response>(&found)) return *refused;
  const Route& route = *std::get<const Route*>(found);
  if (auto refused = check_media(route, request, !request.body.empty())) return *std::move(refused);
  const bool head = request.method == "HEAD";
  const std::string id = request.id;
  Response response;
  if (route.kind == RouteKind::kLines) {
    response = handle_lines(route, request, line_limits_);
  } else {
    const auto waiter = std::make_shared<Waiter<Response>>(named(request));
    run(route, std::move(request), Reply(waiter));
    auto answer = waiter->wait();
    response = answer ? *std::move(answer) : internal_error(id);
  }
  if (head) response.body.clear();
  return response;
}

}  // namespace hub::http
