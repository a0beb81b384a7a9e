#pragma once

#include "hub/http/context.hpp"
#include "hub/http/gate.hpp"
#include "hub/http/head.hpp"
#include "hub/http/line_stream.hpp"
#include "hub/http/parser.hpp"
#include "hub/http/slot.hpp"
#include "hub/http/wire.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hub::http {

class Lane;

/// One connection from its first byte to its last: reads a request, has it answered, and reads the next. Everything
/// runs on the io thread of its lane.
class Session {
 public:
  Session(Context& context, Lane& lane, Socket socket);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves until the connection ends.
  Awaitable<> run();
  /// Tells the client that there are too many connections, and ends.
  Awaitable<> turn_away();

  /// Ends what is over its deadline.
  void expire(SteadyClock::time_point now) { wire_.expire(now); }
  /// Ends a connection that waits for a request.
  void end_if_idle();
  /// Ends everything now: run() returns soon, and answers that come later go nowhere.
  void abort();

 private:
  // What reading a head gave: the head's place in the buffer, or why it is refused. Nothing: the connection ended.
  Awaitable<std::optional<HeadScanner::Found>> read_head();
  // These give true when the connection goes on with the next request.
  Awaitable<bool> serve_next();
  Awaitable<bool> serve(Request& request);
  Awaitable<bool> stream(const Route& route, Request& request);
  Awaitable<bool> send(const Response& response, bool head_only = false);
  Awaitable<bool> refuse(const Refusal& refusal);

  Awaitable<std::optional<Refusal>> read_body(std::string& body);
  Awaitable<Response> answer(const Route& route, Request& request);
  [[nodiscard]] Framing framing() const;

  Context& context_;
  Lane& lane_;
  Wire wire_;
  HeadScanner scanner_;
  RequestParser parser_;
  std::shared_ptr<Slot<Response>> slot_;  // shared with the handler that answers
  LineStream* stream_ = nullptr;          // the batch that is being streamed, if any
  std::string request_id_;
  std::string head_;        // kept for its capacity
  bool begun_ = false;      // a request has come on this connection
  bool idle_ = false;       // it waits for the first byte of a request
  bool keep_alive_ = true;  // as far as the request is concerned
  bool old_ = false;        // the request is HTTP/1.0
  bool linger_ = false;     // the client may still be sending when the connection ends
};

}  // namespace hub::http
