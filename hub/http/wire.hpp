#pragma once

#include "hub/http/gate.hpp"
#include "hub/http/net.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <cstdint>
#include <string_view>

namespace hub::http {

/// How reading or writing ended.
enum class Io : std::uint8_t { kOk, kClosed, kTimedOut };

/// What the client is told when its body did not come to its end.
[[nodiscard]] inline Refusal body_ended(Io io) {
  return io == Io::kTimedOut ? Refusal{408, "the body did not come in time"}
                             : Refusal{400, "the connection ended within the body"};
}

/// One connection's socket and the bytes that came and are not used yet. There is no timer a connection: a deadline is
/// just noted, and the lane's sweep ends what is over it. Everything runs on the connection's io thread.
class Wire {
 public:
  explicit Wire(Socket socket) : socket_(std::move(socket)) {}

  /// What came and is not consumed.
  [[nodiscard]] std::string_view buffered() const;
  void consume(std::size_t count) { buffer_.consume(count); }
  /// Gives back the room that a large body took, once nothing is buffered.
  void shrink();

  /// Reads what there is, at least one and at most `at_most` bytes, by `deadline`.
  Awaitable<Io> fill(SteadyClock::time_point deadline, std::size_t at_most);
  /// Writes both parts, one behind the other. The time for each step forward is `patience`: a reader may be slow, but
  /// must not stand still.
  Awaitable<Io> write(std::string_view first, std::string_view second, std::chrono::milliseconds patience);
  /// Ends the connection. With `linger` it first reads and drops for a moment what the client still sends, so that a
  /// reset does not overtake the answer.
  Awaitable<> close(bool linger);

  /// Ends a read or write that is over its deadline.
  void expire(SteadyClock::time_point now);
  /// Ends the read or write that runs, as if the connection had been closed.
  void cancel();
  /// Closes at once.
  void abort();

 private:
  /// Until when the operation that runs in one direction may take.
  struct Limit {
    SteadyClock::time_point deadline = SteadyClock::time_point::max();  // none: nothing runs
    bool expired = false;
    /// The operation has ended: forgets the deadline, and says how it ended.
    Io end(const boost::system::error_code& error);
  };

  Socket socket_;
  boost::beast::flat_buffer buffer_;
  Limit reading_;
  Limit writing_;
};

}  // namespace hub::http
