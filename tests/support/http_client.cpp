#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace tests::support {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("http client: " + what); }
[[noreturn]] void fail_errno(const std::string& what) { fail(what + ": " + std::strerror(errno)); }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::size_t parse_size(std::string_view text, int base) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (error != std::errc{} || end == text.data()) fail("bad length '" + std::string(text) + "'");
  return size;
}

bool has_header(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return same_name(header.first, name); });
}

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

nlohmann::json HttpResponse::json() const {
  auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_discarded())
    throw std::runtime_error("status " + std::to_string(status) + ", not JSON: " + body.substr(0, 500));
  return parsed;
}

HttpClient::HttpClient(std::uint16_t port, std::chrono::milliseconds timeout) : port_(port), timeout_(timeout) {}

HttpClient::~HttpClient() { disconnect(); }

HttpClient::HttpClient(HttpClient&& other) noexcept
    : port_(other.port_),
      timeout_(other.timeout_),
      socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)) {}

HttpResponse HttpClient::request(std::string_view method, std::string_view target, std::string_view body,
                                 const Headers& headers) {
  std::string message;
  message.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  if (!has_header(headers, "Host")) message += "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n";
  if (!body.empty() && !has_header(headers, "Content-Type")) message += "Content-Type: application/json\r\n";
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
    message += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : headers) message.append(name).append(": ").append(value).append("\r\n");
  message.append("\r\n").append(body);
  if (!still_open()) disconnect();
  send_raw(message);
  auto response = read_response(method == "HEAD");
  if (same_name(response.header("Connection"), "close")) disconnect();
  return response;
}

HttpResponse HttpClient::get(std::string_view target, const Headers& headers) {
  return request("GET", target, {}, headers);
}

HttpResponse HttpClient::post(std::string_view target, std::string_view body, const Headers& headers) {
  return request("POST", target, body, headers);
}

HttpResponse HttpClient::put(std::string_view target, std::string_view body, const Headers& headers) {
  return request("PUT", target, body, headers);
}

HttpResponse HttpClient::patch(std::string_view target, std::string_view body, const Headers& headers) {
  return request("PATCH", target, body, headers);
}

HttpResponse HttpClient::del(std::string_view target, const Headers& headers) {
  return request("DELETE", target, {}, headers);
}

void HttpClient::send_raw(std::string_view bytes) {
  if (socket_ < 0) connect();
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      // A server that refuses early answers and closes while the request is still being written.
      if (errno == EPIPE || errno == ECONNRESET) return;
      fail_errno("send");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

HttpResponse HttpClient::read_response(bool without_body) {
  HttpResponse response;
  do {
    const std::string status_line = read_line();
    if (!status_line.starts_with("HTTP/1.") || status_line.size() < 12) fail("bad status line '" + status_line + "'");
    response.status = static_cast<int>(parse_size(std::string_view(status_line).substr(9, 3), 10));
    response.headers.clear();
    for (std::string line = read_line(); !line.empty(); line = read_line()) {
      const auto colon = line.find(':');
      if (colon == std::string::npos) fail("bad header line '" + line + "'");
      const auto value = line.find_first_not_of(" \t", colon + 1);
      response.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
    }
  } while (response.status == 100);
  if (!without_body && response.status != 204 && response.status != 304) response.body = read_body(response);
  return response;
}

bool HttpClient::closed_by_server() {
  if (socket_ < 0) return true;
  if (!buffer_.empty()) return false;
  try {
    return !receive();
  } catch (const std::runtime_error&) {
    return false;
  }
}

void HttpClient::disconnect() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  buffer_.clear();
}

void HttpClient::connect() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail_errno("socket");
  const timeval limit{timeout_.count() / 1000, timeout_.count() % 1000 * 1000};
  const int on = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int code = errno;
    disconnect();
    errno = code;
    fail_errno("connect to port " + std::to_string(port_));
  }
}

/// False when the server has closed an idle connection: a request sent on it would be lost for sure.
bool HttpClient::still_open() const {
  if (socket_ < 0) return false;
  pollfd watched{socket_, POLLIN | POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) == 0;
}

/// Adds what arrives next to the buffer; false at the end of the stream.
bool HttpClient::receive() {
  if (socket_ < 0) fail("not connected");
  char bytes[65'536];
  const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
  if (size < 0 && errno == ECONNRESET) return false;
  if (size < 0) fail_errno("receive");
  buffer_.append(bytes, static_cast<std::size_t>(size));
  return size > 0;
}

std::string HttpClient::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!receive()) fail("connection closed before the answer was complete");
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string HttpClient::read_exactly(std::size_t size) {
  while (buffer_.size() < size)
    if (!receive()) fail("connection closed inside a body");
  std::string bytes = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return bytes;
}

std::string HttpClient::read_body(const HttpResponse& head) {
  if (same_name(head.header("Transfer-Encoding"), "chunked")) {
    std::string body;
    while (const auto size = parse_size(read_line(), 16)) {
      body += read_exactly(size);
      static_cast<void>(read_line());
    }
    while (!read_line().empty()) {
    }
    return body;
  }
  if (const auto length = head.header("Content-Length"); !length.empty()) return read_exactly(parse_size(length, 10));
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

HttpResponse http(std::uint16_t port, std::string_view method, std::string_view target, std::string_view body,
                  const Headers& headers) {
  return HttpClient(port).request(method, target, body, headers);
}

}  // namespace tests::support
