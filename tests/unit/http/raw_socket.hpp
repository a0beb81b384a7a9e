#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hub::http {

/// A connection to a port of this machine, for tests that look at the bytes of an answer as they come. One thread may
/// send while another receives.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~RawSocket() { ::close(socket_); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) throw std::runtime_error("cannot send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  /// What comes next; empty at the end.
  std::string receive() {
    std::string bytes(64 << 10, '\0');
    const auto size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  /// All that comes until `end` stands at the end of it, or the connection ends.
  std::string receive_until(std::string_view end) {
    std::string all;
    while (!all.ends_with(end)) {
      const auto bytes = receive();
      if (bytes.empty()) break;
      all += bytes;
    }
    return all;
  }

 private:
  int socket_;
};

}  // namespace hub::http
