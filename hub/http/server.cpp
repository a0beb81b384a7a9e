#include "hub/http/server.hpp"

#include "hub/base/log.hpp"
#include "hub/http/context.hpp"
#include "hub/http/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include <atomic>
#include <charconv>
#include <stdexcept>
#include <vector>

namespace hub::http {

namespace {

using asio::ip::tcp;

/// Connections that are being told to come back later; more are just closed.
constexpr int kMostTurnedAway = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string hex(std::uint64_t number) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, 16);
  static_cast<void>(error);
  return {digits, end};
}

}  // namespace

Context::Context(const Router& routes, ServerOptions settings, const base::Clock& time, base::Rng& rng)
    : router(routes),
      options(std::move(settings)),
      clock(time),
      workers(options.worker_threads, options.worker_queue),
      id_prefix_(hex(rng.next()) + "-") {}

std::string Context::make_request_id() { return id_prefix_ + hex(next_id_.fetch_add(1, std::memory_order_relaxed)); }

class Server::Impl {
 public:
  Impl(const Router& router, ServerOptions options, const base::Clock& clock, base::Rng& rng)
      : context_(router, std::move(options), clock, rng) {
    for (int i = 0; i < std::max(1, context_.options.io_threads); ++i)
      lanes_.push_back(std::make_unique<Lane>(context_));
    acceptor_.emplace(lanes_.front()->executor());
  }

  void start() {
    listen();
    for (const auto& lane : lanes_) lane->start();
    context_.group.add();
    asio::co_spawn(lanes_.front()->executor(), accept(), [this](std::exception_ptr error) {
      if (error) base::log(base::LogLevel::kError, "http", "accepting connections has ended by an exception");
      context_.group.done();
    });
    started_ = true;
  }

  void stop() {
    if (std::exchange(stopped_, true)) return;
    context_.stopping = true;
    if (started_) {
      asio::post(lanes_.front()->executor(), [this] {
        boost::system::error_code ignored;
        acceptor_->close(ignored);
      });
      for (const auto& lane : lanes_) lane->end_idle();
      if (!context_.group.wait_for(context_.options.api.stop_grace)) {
        base::log(base::LogLevel::kWarning, "http", "requests still run after api.stop_grace; their connections close");
        for (const auto& lane : lanes_) lane->abort();
        context_.group.wait();
      }
    }
    context_.workers.stop();
    for (const auto& lane : lanes_) lane->stop();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void listen() {
    const auto& host = context_.options.host;
    const auto port = std::to_string(context_.options.port);
    boost::system::error_code error;
    asio::io_context resolving;
    tcp::resolver resolver(resolving);
    const auto found = resolver.resolve(host, port, tcp::resolver::passive, error);
    if (!error) {
      const auto endpoint = found.begin()->endpoint();
      acceptor_->open(endpoint.protocol(), error);
      if (!error) acceptor_->set_option(Acceptor::reuse_address(true), error);
      if (!error) acceptor_->bind(endpoint, error);
      if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) throw std::runtime_error("cannot listen on " + host + ":" + port + ": " + error.message());
    port_ = acceptor_->local_endpoint().port();
  }

  Awaitable<> accept() {
    for (std::size_t next = 0;; ++next) {
      Lane& lane = *lanes_[next % lanes_.size()];
      boost::system::error_code error;
      Socket socket = co_await acceptor_->async_accept(lane.executor(), asio::redirect_error(UseAwaitable{}, error));
      if (context_.stopping) co_return;
      if (error) {
        co_await pause_after(error);
      } else {
        open(lane, std::move(socket));
      }
    }
  }

  /// The process is out of descriptors or memory, most likely: the connections that end will give some back.
  Awaitable<> pause_after(const boost::system::error_code& error) {
    if (error == asio::error::connection_aborted) co_return;
    base::log(base::LogLevel::kWarning, "http", "cannot accept a connection now, trying again: " + error.message());
    Timer timer(lanes_.front()->executor(), kAcceptPause);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(UseAwaitable{}, ignored));
  }

  void open(Lane& lane, Socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const bool turn_away = served_ >= context_.options.api.max_connections;
    auto& count = turn_away ? turned_away_ : served_;
    if (turn_away && turned_away_ >= kMostTurnedAway) return;
    ++count;
    lane.open(std::move(socket), turn_away, [&count] { --count; });
  }

  Context context_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::optional<Acceptor> acceptor_;  // runs on the first lane
  std::atomic<int> served_{0};
  std::atomic<int> turned_away_{0};
  std::uint16_t port_ = 0;
  bool started_ = false;
  bool stopped_ = false;
};

Server::Server(const Router& router, ServerOptions options, const base::Clock& clock, base::Rng& rng)
    : impl_(std::make_unique<Impl>(router, std::move(options), clock, rng)) {}
Server::~Server() { stop(); }
void Server::start() { impl_->start(); }
void Server::stop() { impl_->stop(); }
std::uint16_t Server::port() const { return impl_->port(); }

}  // namespace hub::http
