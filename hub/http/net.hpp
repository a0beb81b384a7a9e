#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace hub::http {

// Only the .cpp files that move bytes include this header. The executor is a concrete type everywhere: the erased one
// costs a virtual call and often an allocation at every step of a coroutine.
//
// g++ 12 makes wrong code of some expressions around co_await: in the condition of a loop, behind && and ||, in ?: and
// with braced temporaries as arguments. So each co_await is the whole right side of its own statement.

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
template <class T = void>
using Awaitable = asio::awaitable<T, Executor>;
using UseAwaitable = asio::use_awaitable_t<Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

/// Lets one coroutine wait for something that happens on its own io thread. A set that comes before the wait is kept.
class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  /// Returns once set() was called since the last wait. At most one coroutine waits.
  Awaitable<> wait() {
    if (!set_) {
      co_await asio::async_initiate<const UseAwaitable, void()>(
          [this](Handler handler) { waiter_.emplace(std::move(handler)); }, UseAwaitable{});
    }
    set_ = false;
  }
  /// Runs the waiting coroutine, if any, until it suspends again.
  void set() {
    set_ = true;
    if (!waiter_) return;
    auto handler = std::move(*waiter_);
    waiter_.reset();
    std::move(handler)();
  }

 private:
  using Handler = asio::async_result<UseAwaitable, void()>::handler_type;
  std::optional<Handler> waiter_;
  bool set_ = false;
};

}  // namespace hub::http
