#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/router.hpp"
#include "hub/http/server.hpp"
#include "tests/support/http_client.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hub::http {

using tests::support::HttpClient;
using tests::support::HttpResponse;

/// What handlers hand to the test, which then decides when they go on. Any thread.
template <class T>
class Handover {
 public:
  void put(T item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    changed_.notify_all();
  }
  /// Waits for the next item.
  T take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !items_.empty(); });
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }
  [[nodiscard]] std::size_t size() {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;  // guarded by mutex_
};

/// One window of a batch whose handler has not answered yet.
struct HeldLines {
  std::vector<std::string> lines;
  LinesReply reply;
};

/// A server on a free port with one route of each kind. Change `options` and `router` before start().
class TestServer {
 public:
  TestServer() {
    router.blocking("GET", "/hello", [](const Request&) { return text("hello"); });
    router.blocking("POST", "/echo", [](const Request& r) { return text(r.body); });
    router.blocking("GET", "/id", [](const Request& r) { return text(r.id); });
    router.blocking("GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("secret detail"); });
    router.blocking("GET", "/big", [](const Request&) { return text(std::string(64 << 20, 'x')); });
    router.blocking("GET", "/nothing", [](const Request&) { return Response{204, {}, {}, {}}; });
    router.async("POST", "/async", [](Request&& r, Reply reply) { reply(text(std::move(r.body))); });
    router.async("POST", "/made",
                 [](Request&& r, Reply reply) { reply.later([body = std::move(r.body)] { return text(body); }); });
    router.async("POST", "/cannot-make", [](Request&&, Reply reply) {
      reply.later([]() -> Response { throw std::runtime_error("secret detail"); });
    });
    router.async("POST", "/held", [this](Request&&, Reply reply) { held.put(std::move(reply)); });
    router.async("POST", "/forgets", [](Request&&, Reply) {});
    router.async("POST", "/throws", [](Request&&, Reply) { throw std::runtime_error("secret detail"); });
    router.lines("POST", "/batch",
                 [](const Request&, std::vector<std::string>&& lines, LinesReply reply) { reply(std::move(lines)); });
    router.lines("POST", "/held-batch", [this](const Request&, std::vector<std::string>&& lines, LinesReply reply) {
      held_lines.put({std::move(lines), std::move(reply)});
    });
    router.lines("POST", "/bad-batch",
                 [](const Request&, std::vector<std::string>&&, LinesReply reply) { reply({"{}"}); });
  }
  ~TestServer() { stop(); }

  TestServer& start() {
    server_ = std::make_unique<Server>(router, options, clock_, rng_);
    server_->start();
    return *this;
  }
  void stop() {
    if (server_ != nullptr) server_->stop();
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] HttpClient client() const { return HttpClient(port()); }

  static Response text(std::string body) { return {200, "text/plain", std::move(body), {}}; }

  Router router;
  ServerOptions options;
  Handover<Reply> held;            // of POST /held
  Handover<HeldLines> held_lines;  // of POST /held-batch

 private:
  base::SystemClock clock_;
  base::SeededRng rng_{1};
  std::unique_ptr<Server> server_;
};

}  // namespace hub::http
