#pragma once

#include "hub/http/answer.hpp"
#include "hub/http/lines.hpp"
#include "hub/http/message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace hub::http {

/// Runs on a worker thread and may block (database work). An exception becomes a 500.
using BlockingHandler = std::function<Response(const Request&)>;
/// Runs on an io thread and must not block: it checks, hands over, and somebody answers later.
using AsyncHandler = std::function<void(Request&&, Reply)>;
/// Gets a streamed body in windows, in order, on a worker thread: the call for a window begins after the call for the
/// one before has returned, but may come before that one is answered. The request (without body) is valid for the call.
using LinesHandler = std::function<void(const Request&, std::vector<std::string>&&, LinesReply)>;

/// The media types that a route reads; the first is the one that errors name.
using MediaTypes = std::vector<std::string>;

enum class RouteKind : std::uint8_t { kBlocking, kAsync, kLines };

/// One row of the table of routes.
struct Route {
  std::string method;
  std::vector<std::string> pattern;  // segments; "{name}" matches any one that is not empty
  RouteKind kind = RouteKind::kBlocking;
  MediaTypes media;
  BlockingHandler blocking;  // exactly the one that `kind` names is set
  AsyncHandler async;
  LinesHandler lines;
};

/// The table of routes: what the server serves, and what the command line calls in the process when no hub runs.
/// Fill it before use; after that it is read-only and any thread may use it.
class Router {
 public:
  explicit Router(LineLimits line_limits = {}) : line_limits_(line_limits) {}

  /// `pattern` is a path such as "/api/records/{entity}/{externalId}". A GET route answers HEAD as well.
  void blocking(std::string_view method, std::string_view pattern, BlockingHandler handler,
                MediaTypes media = {"application/json"});
  void async(std::string_view method, std::string_view pattern, AsyncHandler handler,
             MediaTypes media = {"application/json"});
  void lines(std::string_view method, std::string_view pattern, LinesHandler handler,
             MediaTypes media = {"application/x-ndjson"});

  /// The route of a request, with `request.params` set; or the answer why there is none: 404, 405 with Allow, 501.
  [[nodiscard]] std::variant<const Route*, Response> find(Request& request) const;

  /// The answer to a request whose body `route` cannot read (415), or nothing. Without a body all is well.
  [[nodiscard]] static std::optional<Response> check_media(const Route& route, const Request& request, bool has_body);

  /// Runs a blocking or asynchronous route on this thread. Never throws: a handler's exception is logged and becomes
  /// a 500 with the request id.
  static void run(const Route& route, Request&& request, Reply reply) noexcept;
  /// Runs one window of a lines route on this thread. Never throws; after an exception the reply counts as dropped.
  static void run_lines(const Route& route, const Request& request, std::vector<std::string>&& lines,
                        LinesReply reply) noexcept;

  /// Serves a request inside the process, without sockets; blocks until it is answered, and never throws.
  [[nodiscard]] Response handle(Request request) const;

 private:
  void add(Route route, std::string_view pattern);

  LineLimits line_limits_;
  std::vector<std::unique_ptr<Route>> routes_;  // unique_ptr: their addresses are handed out
  std::unordered_map<std::string, std::vector<const Route*>> without_params_;  // by path: the hot ones
  std::vector<const Route*> with_params_;
};

}  // namespace hub::http
