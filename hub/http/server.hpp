#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"
#include "hub/config/config.hpp"
#include "hub/http/lines.hpp"
#include "hub/http/router.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hub::http {

/// How the server runs. The limits and times that ops may change are in `api`.
struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, or a name that resolves to one
  std::uint16_t port = 0;          // 0: one that is free
  config::ApiConfig api;
  int io_threads = 1;                    // each owns its connections; one serves tens of thousands of requests a second
  int worker_threads = 4;                // for the handlers that block
  std::size_t worker_queue = 256;        // requests that may wait for a worker; more are answered 503
  std::size_t window_lines = 1000;       // of a streamed batch: lines …
  std::size_t window_bytes = 256 << 10;  // … and bytes that are handled at once; two windows are in flight at most
};

/// The HTTP server: HTTP/1.1 and 1.0 over TCP, keep-alive and pipelining, strict framing, bounded everywhere.
class Server {
 public:
  /// `router`, `clock` and `rng` must outlive the server. `router` is read-only from here on.
  Server(const Router& router, ServerOptions options, const base::Clock& clock, base::Rng& rng);
  /// Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens and serves on its own threads. Throws std::runtime_error that names the address when it can't be had.
  /// Once in a server's life.
  void start();
  /// Takes no more connections, ends those without a request, lets the running requests finish within api.stop_grace,
  /// closes the rest, and returns when nothing of the server runs any more. A handler that blocks a worker thread is
  /// waited for. A repeat does nothing. Not from a handler.
  void stop();

  /// The port that it listens on, after start().
  [[nodiscard]] std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hub::http
