#include "hub/http/session.hpp"

#include "hub/base/log.hpp"
#include "hub/http/lane.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/text.hpp"

#include <algorithm>

namespace hub::http {

namespace {

constexpr std::size_t kHeadRead = 4 << 10;
constexpr std::size_t kBodyRead = 64 << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Refusal too_large(const config::ApiConfig& api) {
  return {413, "the body is larger than " + std::to_string(api.body_bytes) + " bytes"};
}

}  // namespace

Session::Session(Context& context, Lane& lane, Socket socket)
    : context_(context), lane_(lane), wire_(std::move(socket)), slot_(std::make_shared<Slot<Response>>(lane.inbox())) {}

Awaitable<> Session::run() {
  for (bool more = true; more;) more = co_await serve_next();
  co_await wire_.close(linger_);
}

Awaitable<> Session::turn_away() {
  request_id_ = context_.make_request_id();
  keep_alive_ = false;
  const auto response = unavailable("there are too many connections", 1);
  co_await send(response);
  co_await wire_.close(true);
}

void Session::end_if_idle() {
  if (idle_) wire_.cancel();
}

void Session::abort() {
  const auto slot = slot_;  // each step may run the session to its end, and then it is gone
  auto* stream = stream_;
  wire_.abort();
  if (stream != nullptr) stream->abandon();
  slot->abandon();
}

Awaitable<std::optional<HeadScanner::Found>> Session::read_head() {
  const auto& api = context_.options.api;
  scanner_.reset();
  auto deadline = SteadyClock::now() + (begun_ ? api.idle_timeout : api.header_timeout);
  for (bool came = false;;) {
    if (const auto bytes = wire_.buffered(); !bytes.empty()) {
      auto found = scanner_.feed(bytes);
      if (found.end != 0 || found.refusal) co_return found;
      if (!came && begun_) deadline = SteadyClock::now() + api.header_timeout;
      came = true;
    } else {
      wire_.shrink();
    }
    if (!came && context_.stopping) co_return std::nullopt;
    idle_ = !came;
    const auto io = co_await wire_.fill(deadline, kHeadRead);
    idle_ = false;
    if (io == Io::kTimedOut && came) {
      HeadScanner::Found late;
      late.refusal = Refusal{408, "the head did not come in time"};
      co_return late;
    }
    if (io != Io::kOk) co_return std::nullopt;
  }
}

Awaitable<bool> Session::serve_next() {
  const auto found = co_await read_head();
  if (!found) co_return false;
  begun_ = true;
  old_ = false;
  request_id_.clear();
  if (found->refusal) co_return co_await refuse(*found->refusal);
  auto started = parser_.start(wire_.buffered().substr(found->begin, found->end - found->begin));
  wire_.consume(found->end);
  if (const auto* refusal = std::get_if<Refusal>(&started)) co_return co_await refuse(*refusal);
  auto& request = std::get<Request>(started);
  const auto* given = request.header("x-request-id");
  request_id_ = given != nullptr && is_request_id(*given) ? *given : context_.make_request_id();
  request.id = request_id_;
  request.received_at_ms = context_.clock.now_ms();
  keep_alive_ = parser_.keep_alive();
  old_ = parser_.is_old();
  co_return co_await serve(request);
}

Awaitable<bool> Session::serve(Request& request) {
  const bool head_only = request.method == "HEAD";
  const auto found = context_.router.find(request);
  const auto* const* route = std::get_if<const Route*>(&found);
  // An answer that needs no handler still waits for the body, for the next request begins behind it.
  auto ready = route != nullptr ? Router::check_media(**route, request, parser_.has_body()) : std::get<Response>(found);
  const bool streams = !ready && (*route)->kind == RouteKind::kLines;
  if (!streams && parser_.content_length().value_or(0) > context_.options.api.body_bytes) {
    const auto refusal = too_large(context_.options.api);
    co_return co_await refuse(refusal);
  }
  if (parser_.expects_continue() && parser_.has_body() && wire_.buffered().empty()) {
    if (ready) {
      keep_alive_ = false;
      linger_ = true;
      co_return co_await send(*ready, head_only);
    }
    const auto io = co_await wire_.write(kContinue, {}, context_.options.api.body_timeout);
    if (io != Io::kOk) co_return false;
  }
  if (streams) co_return co_await stream(**route, request);
  if (parser_.has_body()) {
    const auto refusal = co_await read_body(request.body);
    if (refusal) co_return co_await refuse(*refusal);
  }
  if (!ready) ready = co_await answer(**route, request);
  co_return co_await send(*ready, head_only);
}

Awaitable<std::optional<Refusal>> Session::read_body(std::string& body) {
  const auto& api = context_.options.api;
  body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(parser_.content_length().value_or(0), kBodyRead)));
  for (;;) {
    const auto decoded = parser_.decode(wire_.buffered(), body);
    if (const auto* refusal = std::get_if<Refusal>(&decoded)) co_return *refusal;
    wire_.consume(std::get<std::size_t>(decoded));
    if (body.size() > api.body_bytes) co_return too_large(api);
    if (parser_.done()) co_return std::nullopt;
    const auto missing = parser_.content_length().value_or(kBodyRead) - body.size();
    const auto io = co_await wire_.fill(SteadyClock::now() + api.body_timeout,
                                        std::clamp<std::size_t>(missing, kHeadRead, kBodyRead));
    if (io != Io::kOk) co_return body_ended(io);
  }
}

Awaitable<Response> Session::answer(const Route& route, Request& request) {
  const std::string line = request.method + " " + request.path;
  if (route.kind == RouteKind::kAsync) {
    Router::run(route, std::move(request), slot_->answer());
  } else {
    if (!context_.workers.take_place()) co_return unavailable("too many requests wait for a worker", 1);
    context_.workers.run([&route, request = std::move(request), reply = slot_->answer()]() mutable {
      Router::run(route, std::move(request), std::move(reply));
    });
  }
  auto taken = co_await slot_->take();
  if (taken.outcome == Outcome::kAnswered) co_return std::move(taken.value);
  if (taken.outcome == Outcome::kDropped)
    base::log(base::LogLevel::kError, "http",
              line + " (request " + request_id_ + ") answers 500: its handler gave no answer");
  co_return internal_error(request_id_);
}

Awaitable<bool> Session::stream(const Route& route, Request& request) {
  LineStream stream(context_, lane_, wire_, parser_, route, std::move(request), framing());
  stream_ = &stream;
  const bool complete = co_await stream.run();
  stream_ = nullptr;
  linger_ = !complete;
  co_return complete&& keep_alive_ && !context_.stopping;
}

Framing Session::framing() const {
  return {request_id_, lane_.date(), keep_alive_ && !context_.stopping, old_, std::nullopt};
}

Awaitable<bool> Session::send(const Response& response, bool head_only) {
  auto frame = framing();
  frame.length = response.body.size();
  head_.clear();
  append_head(head_, response, frame);
  const auto body = head_only ? std::string_view{} : std::string_view(response.body);
  const auto io = co_await wire_.write(head_, body, context_.options.api.body_timeout);
  co_return io == Io::kOk&& frame.keep_alive;
}

Awaitable<bool> Session::refuse(const Refusal& refusal) {
  if (request_id_.empty()) request_id_ = context_.make_request_id();
  keep_alive_ = false;
  linger_ = true;
  const auto response = Problem(refusal.status, refusal.detail).response();
  co_return co_await send(response);
}

}  // namespace hub::http
