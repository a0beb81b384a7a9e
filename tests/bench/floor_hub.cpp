// The second floor: the least that a durable hub over HTTP must do. POST one change or an array of changes in the flat
// form to any path; each is parsed, merged field by field into its record and answered after the commit that holds it.
// There is no validation, no ladder, no provenance, no link and no counter. One thread runs HTTP, one commits.

#include "tests/bench/floor_committer.hpp"
#include "tests/bench/floor_server.hpp"
#include "tests/bench/floor_store.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using nlohmann::json;

// Naming the executor's type spares every operation the virtual calls of any_io_executor.
using Executor = net::io_context::executor_type;
using Awaitable = net::awaitable<void, Executor>;
using UseAwaitable = net::use_awaitable_t<Executor>;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
using Stream = beast::basic_stream<net::ip::tcp, Executor>;

constexpr auto kIdleTimeout = std::chrono::seconds(30);
constexpr std::uint64_t kBodyBytes = 16U << 20U;

std::int64_t now_ms() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

bench::FloorChange make_change(json body) {
  static std::uint64_t last_id = 0;  // only the HTTP thread makes changes
  bench::FloorChange change;
  change.change_id = std::to_string(++last_id);
  change.external_id = body.at("externalId").get<std::string>();
  change.body = body.dump();
  change.at_ms = now_ms();
  change.merge = [body = std::move(body)](const std::string& stored) {
    json fields = stored.empty() ? json::object() : json::parse(stored);
    fields.update(body);
    return fields.dump();
  };
  return change;
}

/// Throws json::exception when `text` is not a change or an array of changes.
std::vector<bench::FloorChange> parse_changes(const std::string& text) {
  json body = json::parse(text);
  std::vector<bench::FloorChange> changes;
  if (!body.is_array()) {
    changes.push_back(make_change(std::move(body)));
  } else {
    for (json& change : body) changes.push_back(make_change(std::move(change)));
  }
  return changes;
}

/// Resumes on the HTTP thread after the commit.
Awaitable commit(bench::FloorCommitter& committer, std::vector<bench::FloorChange> changes) {
  const auto initiate = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));  // std::function must be copyable
    committer.submit(std::move(changes), [resume] { std::move (*resume)(); });
  };
  co_await net::async_initiate<const UseAwaitable, void()>(initiate, UseAwaitable{});
}

Awaitable answer(bench::FloorCommitter& committer, const std::string& text,
                 http::response<http::string_body>& response) {
  response.set(http::field::content_type, "application/json");
  std::vector<bench::FloorChange> changes;
  try {
    changes = parse_changes(text);
  } catch (const json::exception& error) {
    response.result(http::status::bad_request);
    response.body() = json{{"detail", error.what()}}.dump();
    co_return;
  }
  response.body() = R"({"accepted":)" + std::to_string(changes.size()) + "}";
  co_await commit(committer, std::move(changes));
}

Awaitable serve(Stream stream, bench::FloorCommitter& committer) {
  beast::flat_buffer buffer;
  beast::error_code error;
  for (bool keep_alive = true; keep_alive && !error;) {
    stream.expires_after(kIdleTimeout);
    http::request_parser<http::string_body> request;
    request.body_limit(kBodyBytes);
    co_await http::async_read(stream, buffer, request, net::redirect_error(UseAwaitable{}, error));
    if (error) break;
    keep_alive = request.get().keep_alive();
    http::response<http::string_body> response{http::status::ok, request.get().version()};
    response.keep_alive(keep_alive);
    co_await answer(committer, request.get().body(), response);
    response.prepare_payload();
    co_await http::async_write(stream, response, net::redirect_error(UseAwaitable{}, error));
  }
  stream.socket().shutdown(net::ip::tcp::socket::shutdown_send, error);
}

Awaitable accept(Acceptor acceptor, bench::FloorCommitter& committer) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(UseAwaitable{});
    socket.set_option(net::ip::tcp::no_delay(true));
    const Executor executor = acceptor.get_executor();
    net::co_spawn(executor, serve(Stream(std::move(socket)), committer), net::detached);
  }
}

void run(bench::FloorCommitter::Write write, std::uint16_t port) {
  net::io_context context{1};
  const auto post = [executor = context.get_executor()](std::function<void()> f) { net::post(executor, std::move(f)); };
  bench::FloorCommitter committer(std::move(write), post);
  net::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const auto&, int) { context.stop(); });
  Acceptor acceptor(context.get_executor(), {net::ip::address_v4::loopback(), port});
  std::cout << "listening on http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
  net::co_spawn(context.get_executor(), accept(std::move(acceptor), committer), net::detached);
  context.run();
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path folder;
  std::string url;
  std::uint16_t port = 0;
  CLI::App app("The bare hub that the hub is measured against; it ends at SIGTERM");
  auto* file = app.add_option("--dir", folder, "Folder for the SQLite file")->check(CLI::ExistingDirectory);
  app.add_option("--url", url, "A PostgreSQL database, instead of the SQLite file")->excludes(file);
  app.add_option("--port", port, "Port on the loopback address; 0 takes a free one");
  CLI11_PARSE(app, argc, argv);
  try {
    if (url.empty()) {
      bench::FloorStore store(folder / "floor.db", bench::Pragmas::kTuned);
      run([&](const auto& changes) { store.write(changes); }, port);
    } else {
      bench::FloorServer server(url);
      run([&](const auto& changes) { server.write(changes); }, port);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor_hub: %s\n", error.what());
    return 1;
  }
}
