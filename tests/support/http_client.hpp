#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests::support {

/// Header lines in the order of the wire; names as they were written.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;  // decoded when it came in chunks

  /// The first header of that name in any case, or "".
  [[nodiscard]] std::string header(std::string_view name) const;
  /// The body as JSON; throws std::runtime_error with the body's beginning when it is none.
  [[nodiscard]] nlohmann::json json() const;
};

/// A small blocking HTTP/1.1 client for tests. It keeps one connection alive and opens another when the server has
/// closed it. Every failure to connect, send or read within the timeout throws std::runtime_error: the caller then does
/// not know whether the request was carried out. One thread.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, std::chrono::milliseconds timeout = std::chrono::seconds{30});
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient& operator=(HttpClient&&) = delete;

  /// Sends one request and reads its answer. A body without a Content-Type among `headers` is sent as JSON.
  HttpResponse request(std::string_view method, std::string_view target, std::string_view body = {},
                       const Headers& headers = {});
  HttpResponse get(std::string_view target, const Headers& headers = {});
  HttpResponse post(std::string_view target, std::string_view body, const Headers& headers = {});
  HttpResponse put(std::string_view target, std::string_view body, const Headers& headers = {});
  HttpResponse patch(std::string_view target, std::string_view body, const Headers& headers = {});
  HttpResponse del(std::string_view target, const Headers& headers = {});

  /// For what request() would never send: bytes as they are, on the open connection or a new one.
  void send_raw(std::string_view bytes);
  /// Reads the next answer. `without_body`: it is the answer to a HEAD request.
  [[nodiscard]] HttpResponse read_response(bool without_body = false);
  /// True when the server has closed the connection and nothing is left to read; waits for it up to the timeout.
  [[nodiscard]] bool closed_by_server();
  /// Closes the connection, as a client that went away.
  void disconnect();

 private:
  void connect();
  [[nodiscard]] bool still_open() const;
  bool receive();
  [[nodiscard]] std::string read_line();
  [[nodiscard]] std::string read_exactly(std::size_t size);
  [[nodiscard]] std::string read_body(const HttpResponse& head);

  std::uint16_t port_;
  std::chrono::milliseconds timeout_;
  int socket_ = -1;
  std::string buffer_;  // received and not yet consumed
};

/// One request on a connection of its own.
HttpResponse http(std::uint16_t port, std::string_view method, std::string_view target, std::string_view body = {},
                  const Headers& headers = {});

}  // namespace tests::support
