#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tests::support {

/// A proxy on a loopback port in front of another one, for faults between a client and its server. Any thread.
class TcpProxy {
 public:
  /// Forwards what comes on its port to 127.0.0.1:`target`.
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// From now on: once a client has sent `text`, all that comes back from then on is lost, and with it the connection;
  /// the server has got everything that was sent together with it. Once.
  void lose_answer_after(std::string text);
  /// The same, but what the client sends from `text` on is lost, and the server never gets it.
  void lose_request_after(std::string text);
  /// The connection that forwards the `bytes`-th byte from now on, either way, ends with it. Once.
  void cut_after(std::size_t bytes);
  /// How often one of these three happened.
  [[nodiscard]] int lost() const;
  /// Cuts every connection off, and refuses new ones until allow() is called.
  void cut();
  void allow();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `url` of a server on 127.0.0.1, by way of the proxy.
[[nodiscard]] std::string through(const TcpProxy& proxy, const std::string& url);
/// The port in such a URL.
[[nodiscard]] std::uint16_t port_of(const std::string& url);

}  // namespace tests::support
