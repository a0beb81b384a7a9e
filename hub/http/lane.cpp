#include "hub/http/lane.hpp"

#include "hub/base/log.hpp"
#include "hub/http/head.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace hub::http {

namespace {

using std::chrono::milliseconds;

/// Often enough that no timeout is overrun by more than an eighth of the shortest.
milliseconds sweep_interval(const config::ApiConfig& api) {
  const auto shortest = std::min({api.header_timeout, api.body_timeout, api.idle_timeout});
  return std::clamp(shortest / 8, milliseconds{5}, milliseconds{250});
}

}  // namespace

Lane::Lane(Context& context)
    : context_(context),
      guard_(io_.get_executor()),
      inbox_(std::make_shared<Inbox>(io_.get_executor())),
      sweep_timer_(io_.get_executor()),
      sweep_every_(sweep_interval(context.options.api)) {}

Lane::~Lane() { stop(); }

void Lane::start() {
  asio::post(io_, [this] { sweep(); });
  thread_ = std::thread([this] { io_.run(); });
}

void Lane::stop() {
  inbox_->close();
  if (!thread_.joinable()) return;
  asio::post(io_, [this] {
    ending_ = true;  // a sweep that is due already must not start the timer again
    guard_.reset();
    sweep_timer_.cancel();
  });
  thread_.join();
}

void Lane::open(Socket socket, bool turn_away, std::function<void()> on_end) {
  context_.group.add();
  asio::co_spawn(io_.get_executor(), serve(std::move(socket), turn_away),
                 [this, on_end = std::move(on_end)](std::exception_ptr error) {
                   try {
                     if (error) std::rethrow_exception(error);
                   } catch (const std::exception& e) {
                     base::log(base::LogLevel::kError, "http", std::string("a connection ends: ") + e.what());
                   }
                   on_end();
                   context_.group.done();
                 });
}

void Lane::end_idle() {
  asio::post(io_, [this] {
    for (auto* session : sessions_) session->end_if_idle();
  });
}

void Lane::abort() {
  asio::post(io_, [this] {
    // Ending one may take it out of the set at once.
    const std::vector<Session*> all(sessions_.begin(), sessions_.end());
    for (auto* session : all) session->abort();
  });
}

std::string_view Lane::date() {
  if (const auto second = context_.clock.now_ms() / 1000; second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

Awaitable<> Lane::serve(Socket socket, bool turn_away) {
  Session session(context_, *this, std::move(socket));
  sessions_.insert(&session);
  const std::unique_ptr<Session, std::function<void(Session*)>> registered(&session,
                                                                           [this](Session* s) { sessions_.erase(s); });
  if (turn_away) {
    co_await session.turn_away();
  } else {
    co_await session.run();
  }
}

void Lane::sweep() {
  const auto now = SteadyClock::now();
  for (auto* session : sessions_) session->expire(now);
  sweep_timer_.expires_after(sweep_every_);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !ending_) sweep();
  });
}

}  // namespace hub::http
