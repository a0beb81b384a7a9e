#pragma once

#include "hub/http/gate.hpp"
#include "hub/http/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hub::http {

/// Reads one message after another from bytes that somebody else brings. Knows no sockets and keeps no copy of bytes.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Begins the next message with its whole head, as HeadScanner found it: passes it through the gate and gives the
  /// request without its body, or why it is refused.
  [[nodiscard]] std::variant<Request, Refusal> start(std::string_view head);

  /// Of the message begun: whether a body follows, and how it is framed.
  [[nodiscard]] bool has_body() const;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;  // empty: chunked
  [[nodiscard]] bool expects_continue() const;
  /// Whether the client wants to go on with this connection afterwards, and whether it speaks HTTP/1.0.
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool is_old() const;

  /// Decodes body bytes from the front of `bytes`, appends them to `out`, and gives how many of `bytes` it consumed.
  /// What is not consumed must be there again, with more behind it, in the next call; it is short.
  [[nodiscard]] std::variant<std::size_t, Refusal> decode(std::string_view bytes, std::string& out);
  /// The message is read to its end.
  [[nodiscard]] bool done() const;

 private:
  struct State;  // holds Beast's parser
  std::unique_ptr<State> state_;
};

}  // namespace hub::http
