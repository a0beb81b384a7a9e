#include "tests/support/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

namespace tests::support {

namespace {

constexpr int kTickMs = 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

enum class Lose { kAnswer, kRequest };

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

struct TcpProxy::Impl {
  explicit Impl(std::uint16_t to) : target(to) {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 64) != 0)
      throw std::runtime_error("proxy: cannot listen");
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    acceptor = std::thread([this] { accept_loop(); });
  }
  ~Impl() {
    stopping = true;
    acceptor.join();
    for (std::thread& thread : connections) thread.join();
    ::close(listener);
  }

  void lose_after(std::string after, Lose what) {
    const std::lock_guard lock(mutex);
    text = std::move(after);
    lose = what;
  }

  void accept_loop() {
    while (!stopping) {
      pollfd ready{listener, POLLIN, 0};
      if (::poll(&ready, 1, kTickMs) <= 0) continue;
      const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      if (closed)
        ::close(client);
      else
        connections.emplace_back([this, client] { serve(client); });
    }
  }

  /// Forwards what may still pass; false when the connection is to end.
  bool forward(int to, std::string_view bytes) {
    bool cut = false;
    {
      const std::lock_guard lock(mutex);
      if (until_cut) {
        cut = bytes.size() >= *until_cut;
        bytes = bytes.substr(0, *until_cut);
        *until_cut -= bytes.size();
        if (cut) until_cut.reset();
      }
    }
    if (cut) ++lost;
    return send_all(to, bytes) && !cut;
  }

  void serve(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(target);
    const int epoch = cuts;
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    bool losing = false;  // the text has gone by; what comes back is to be lost
    std::array<char, 65536> buffer{};
    while (open && !stopping && epoch == cuts) {
      std::array<pollfd, 2> ready{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      if (::poll(ready.data(), ready.size(), kTickMs) <= 0) continue;
      if (ready[0].revents != 0) {
        const auto got = ::recv(client, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        {
          const std::lock_guard lock(mutex);
          if (!text.empty() && bytes.find(text) != std::string_view::npos) {
            losing = true;
            text.clear();
          }
        }
        if (losing && lose == Lose::kRequest) {
          ++lost;
          break;
        }
        open = forward(server, bytes);
      }
      if (open && ready[1].revents != 0) {
        const auto got = ::recv(server, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        if (losing) {
          ++lost;
          break;
        }
        open = forward(client, {buffer.data(), static_cast<std::size_t>(got)});
      }
    }
    ::close(client);
    ::close(server);
  }

  const std::uint16_t target;
  int listener = -1;
  std::uint16_t port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<bool> closed{false};
  std::atomic<int> cuts{0};
  std::atomic<int> lost{0};
  std::mutex mutex;
  std::string text;  // guarded by mutex
  std::atomic<Lose> lose{Lose::kAnswer};
  std::optional<std::size_t> until_cut;  // guarded by mutex: bytes
  std::vector<std::thread> connections;  // of the acceptor's thread
  std::thread acceptor;
};

TcpProxy::TcpProxy(std::uint16_t target) : impl_(std::make_unique<Impl>(target)) {}
TcpProxy::~TcpProxy() = default;

std::uint16_t TcpProxy::port() const { return impl_->port; }
int TcpProxy::lost() const { return impl_->lost; }

void TcpProxy::lose_answer_after(std::string text) { impl_->lose_after(std::move(text), Lose::kAnswer); }
void TcpProxy::lose_request_after(std::string text) { impl_->lose_after(std::move(text), Lose::kRequest); }

void TcpProxy::cut_after(std::size_t bytes) {
  const std::lock_guard lock(impl_->mutex);
  impl_->until_cut = bytes;
}

void TcpProxy::cut() {
  impl_->closed = true;
  ++impl_->cuts;
}

void TcpProxy::allow() { impl_->closed = false; }

std::uint16_t port_of(const std::string& url) {
  const auto host = url.find("127.0.0.1:");
  return static_cast<std::uint16_t>(std::stoi(url.substr(host + 10)));
}

std::string through(const TcpProxy& proxy, const std::string& url) {
  const std::string port = ":" + std::to_string(port_of(url));
  std::string other = url;
  return other.replace(other.find(port), port.size(), ":" + std::to_string(proxy.port()));
}

}  // namespace tests::support
