#pragma once

#include "hub/http/context.hpp"
#include "hub/http/net.hpp"
#include "hub/http/session.hpp"
#include "hub/http/slot.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>

namespace hub::http {

/// One io thread with the connections that it owns; nothing of them is touched by another thread.
class Lane {
 public:
  explicit Lane(Context& context);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void start();
  /// Ends the thread, once the context's group is empty. A repeat does nothing.
  void stop();

  // Any thread:
  /// Serves a connection, or turns it away. `on_end` runs on the io thread when it has ended.
  void open(Socket socket, bool turn_away, std::function<void()> on_end);
  /// Ends the connections that wait for a request.
  void end_idle();
  /// Ends all connections.
  void abort();
  [[nodiscard]] Executor executor() { return io_.get_executor(); }
  [[nodiscard]] const std::shared_ptr<Inbox>& inbox() const { return inbox_; }

  // io thread:
  /// The Date header of now.
  [[nodiscard]] std::string_view date();

 private:
  Awaitable<> serve(Socket socket, bool turn_away);
  void sweep();

  Context& context_;
  asio::io_context io_{1};
  asio::executor_work_guard<Executor> guard_;
  const std::shared_ptr<Inbox> inbox_;  // shared with handlers that answer later than anybody waits
  Timer sweep_timer_;
  const std::chrono::milliseconds sweep_every_;
  std::unordered_set<Session*> sessions_;
  bool ending_ = false;
  std::string date_;
  std::int64_t date_second_ = -1;
  std::thread thread_;
};

}  // namespace hub::http
