#include "tests/bench/load_run.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <stdexcept>
#include <string>
#include <system_error>

namespace bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 256U << 10U;

/// Throws for a system call that failed, except when it would only have blocked.
template <class Count>
Count checked(Count result, const char* what) {
  if (result < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// A file descriptor that is closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// One kept-alive connection with its request, written and read without blocking.
class Connection {
 public:
  /// The `number`th of the run. Four in a row have the four sources and go to the same port.
  Connection(const LoadPlan& plan, std::size_t number)
      : socket_(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket")),
        request_(plan.shape, number),
        parts_(plan.shape.parts) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(plan.ports.at(number / 4 % plan.ports.size()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
    const int on = 1;
    checked(::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  }

  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] SteadyClock::time_point sent_at() const { return sent_at_; }
  /// False while bytes wait for room in the socket: call flush() again when there is some.
  [[nodiscard]] bool sent() const { return outgoing_.empty() && parts_left_ == 0; }

  void send_request(ValueSource& values) {
    request_.renew(values);
    outgoing_.assign(request_.head()).append(request_.part());
    parts_left_ = parts_ - 1;
    written_ = 0;
    sent_at_ = SteadyClock::now();
    flush(values);
  }

  void flush(ValueSource& values) {
    while (!sent()) {
      const auto count = checked(
          ::send(socket(), outgoing_.data() + written_, outgoing_.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT),
          "send");
      if (count < 0) return;
      written_ += static_cast<std::size_t>(count);
      if (written_ == outgoing_.size()) next_part(values);
    }
  }

  /// Reads what is there. True when it completed the answer.
  bool receive(Tally& tally) {
    static std::array<char, kReadBytes> buffer;
    const auto count = checked(::recv(socket(), buffer.data(), buffer.size(), MSG_DONTWAIT), "recv");
    if (count == 0) throw std::runtime_error("the target closed a connection");
    return count > 0 && reader_.read({buffer.data(), static_cast<std::size_t>(count)}, tally);
  }

 private:
  void next_part(ValueSource& values) {
    outgoing_.clear();
    written_ = 0;
    if (parts_left_ == 0) return;
    request_.renew(values);
    outgoing_ = request_.part();
    if (--parts_left_ == 0) outgoing_ += request_.tail();
  }

  Descriptor socket_;
  LoadRequest request_;
  int parts_;
  AnswerReader reader_;
  std::string outgoing_;     // what of the request is being written
  std::size_t written_ = 0;  // bytes of it
  int parts_left_ = 0;       // parts that follow it
  SteadyClock::time_point sent_at_;
};

/// The loop over all connections.
class Loop {
 public:
  explicit Loop(const LoadPlan& plan)
      : plan_(plan),
        values_(plan.shape.keys, plan.shape.conflicts),
        epoll_(checked(::epoll_create1(0), "epoll_create1")) {
    for (int i = 0; i < plan.connections; ++i) {
      auto& connection = connections_.emplace_back(plan, static_cast<std::size_t>(i));
      control(EPOLL_CTL_ADD, connection);
    }
  }

  LoadResult run() {
    begin_ = SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(plan_.warm_up);
    end_ = begin_ + std::chrono::duration_cast<SteadyClock::duration>(plan_.duration);
    for (Connection& connection : connections_) start_request(connection);
    while (in_flight_ > 0) wait();
    const auto last = plan_.changes ? last_answer_ : std::min(end_, last_answer_);
    result_.seconds = std::chrono::duration<double>(last - begin_).count();
    return std::move(result_);
  }

 private:
  void control(int operation, Connection& connection) {
    epoll_event event{};
    event.events = EPOLLIN | (connection.sent() ? 0U : static_cast<std::uint32_t>(EPOLLOUT));
    event.data.ptr = &connection;
    checked(::epoll_ctl(epoll_.get(), operation, connection.socket(), &event), "epoll_ctl");
  }

  void start_request(Connection& connection) {
    connection.send_request(values_);
    ++in_flight_;
    requested_ += plan_.shape.changes_per_request();
    if (!connection.sent()) control(EPOLL_CTL_MOD, connection);
  }

  void wait() {
    std::array<epoll_event, 256> events{};
    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(plan_.patience).count();
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(patience));
    if (count == 0) throw std::runtime_error("the target gave no answer for " + std::to_string(patience) + " ms");
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      auto& connection = *static_cast<Connection*>(event.data.ptr);
      if ((event.events & EPOLLOUT) != 0) {
        connection.flush(values_);
        if (connection.sent()) control(EPOLL_CTL_MOD, connection);
      }
      if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 && connection.receive(result_.tally))
        end_request(connection);
    }
  }

  void end_request(Connection& connection) {
    if (!connection.sent())
      throw std::runtime_error("the target answered before it had read the request: " + result_.tally.first_error);
    last_answer_ = SteadyClock::now();
    --in_flight_;
    if (last_answer_ >= begin_ && (plan_.changes || last_answer_ < end_)) {
      ++result_.requests;
      result_.changes += plan_.shape.changes_per_request();
      result_.latencies.add(last_answer_ - connection.sent_at());
    }
    if (plan_.changes ? requested_ < *plan_.changes : last_answer_ < end_) start_request(connection);
  }

  const LoadPlan& plan_;
  ValueSource values_;
  Descriptor epoll_;
  std::deque<Connection> connections_;  // epoll points to them
  SteadyClock::time_point begin_, end_, last_answer_;
  std::uint64_t requested_ = 0;  // changes
  int in_flight_ = 0;            // requests
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadPlan& plan) { return Loop(plan).run(); }

}  // namespace bench
