#include "hub/app/exit_code.hpp"
#include "hub/app/transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace hub::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint64_t kMaxAnswerBytes = 256ULL << 20;

/// Starts an asynchronous operation and runs it to its end: Beast keeps timeouts for those only.
template <class Start>
error_code complete(asio::io_context& io, Start&& start) {
  error_code result;
  start([&result](const error_code& error, auto&&...) { result = error; });
  io.restart();
  io.run();
  return result;
}

asio::ip::tcp::endpoint endpoint_of(const std::string& url) {
  const auto begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  const auto colon = url.rfind(':');
  std::string host = url.substr(begin, colon - begin);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {asio::ip::make_address(host), static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)))};
}

http::request<http::string_body> request_of(const ApiCall& call, const std::string& url) {
  http::request<http::string_body> request(http::string_to_verb(call.method), call.target, 11);
  request.set(http::field::host, url.substr(url.find("://") + 3));
  request.set(http::field::connection, "close");
  if (!call.if_match.empty()) request.set(http::field::if_match, "\"" + call.if_match + "\"");
  if (!call.body.empty()) request.set(http::field::content_type, "application/json");
  request.body() = call.body;
  request.prepare_payload();
  return request;
}

ApiAnswer exchange(const ApiCall& call, const std::string& url, std::chrono::milliseconds patience) {
  const auto require = [&](const error_code& error, const char* doing) {
    if (error)
      throw CommandError(ExitCode::kAway, "the hub at " + url + " does not answer (" + doing + ": " + error.message() +
                                              "): look at its log, and try again");
  };
  asio::io_context io;
  beast::tcp_stream stream(io);
  stream.expires_after(patience);
  require(complete(io, [&](auto done) { stream.async_connect(endpoint_of(url), done); }), "connecting");
  const auto request = request_of(call, url);
  require(complete(io, [&](auto done) { http::async_write(stream, request, done); }), "sending");
  stream.expires_after(patience);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxAnswerBytes);
  require(complete(io, [&](auto done) { http::async_read(stream, buffer, parser, done); }), "waiting for the answer");
  return {static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
}

}  // namespace

Transport over_http(std::string url, std::chrono::milliseconds patience) {
  return [url = std::move(url), patience](const ApiCall& call) { return exchange(call, url, patience); };
}

}  // namespace hub::app
