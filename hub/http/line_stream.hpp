#pragma once

#include "hub/http/context.hpp"
#include "hub/http/gate.hpp"
#include "hub/http/head.hpp"
#include "hub/http/parser.hpp"
#include "hub/http/slot.hpp"
#include "hub/http/wire.hpp"

#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hub::http {

class Lane;

/// One request whose body is handled and answered while it comes in. A reader and a writer run side by side: while a
/// window is being committed, the next is read, and the answers of the one before are written. At most two windows are
/// between reading and having their answers written; then reading waits, so memory stays flat however long the body is.
///
/// A window goes off when it is full, or as soon as the client pauses and nothing else is in flight; so a client may
/// send one line, wait for its answer, and send the next. A body that fits one window is answered with a
/// Content-Length, every other in chunks. When the body breaks off or is malformed, a problem is the last line, and
/// the answer ends without its last chunk.
class LineStream {
 public:
  LineStream(Context& context, Lane& lane, Wire& wire, RequestParser& parser, const Route& route, Request request,
             Framing framing);
  LineStream(const LineStream&) = delete;
  LineStream& operator=(const LineStream&) = delete;

  /// Serves the request. True when it was read and answered to the end, so that the next may follow.
  Awaitable<bool> run();
  /// Waits for no answer any more; the wire is closed already.
  void abandon();

 private:
  using Answers = std::vector<std::string>;
  struct InFlight {
    std::shared_ptr<Slot<Answers>> slot;  // shared with the handler
    std::vector<LineWindow::Refused> refused;
    std::size_t expected = 0;  // answers from the handler
  };

  Awaitable<> read();
  Awaitable<> write();
  Awaitable<> wait_for_room();
  Awaitable<Io> write_answers(std::string& text);
  Awaitable<Io> write_end();
  void dispatch();
  void dispatch_if_idle();

  Context& context_;
  Lane& lane_;
  Wire& wire_;
  RequestParser& parser_;
  const Route& route_;
  const std::shared_ptr<const Request> request_;  // shared with the windows that run on workers
  Framing framing_;
  Workers::Strand strand_;
  LineSplitter splitter_;
  LineWindow window_;               // being filled
  std::deque<InFlight> in_flight_;  // oldest first
  Signal room_, arrival_, written_;
  std::optional<Refusal> failure_;  // why reading ended early
  std::exception_ptr writer_error_;
  bool whole_ = false;  // the body fits one window: wait for all of it
  bool ended_ = false;  // the reader is done
  bool writer_done_ = false;
  bool broken_ = false;   // the client takes no more
  bool started_ = false;  // the head is sent
  bool chunked_ = false;  // in chunks
};

}  // namespace hub::http
