#pragma once

#include "hub/http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hub::http {

/// What the transport adds to an answer.
struct Framing {
  std::string_view request_id;
  std::string_view date;  // IMF-fixdate
  bool keep_alive = true;
  bool old = false;                   // the client speaks HTTP/1.0
  std::optional<std::size_t> length;  // of the body; empty: chunked, or to the end of the connection when `old`
};

/// Appends the status line and the headers of an answer, with their empty line. Every answer carries the request id,
/// Cache-Control: no-store and X-Content-Type-Options: nosniff.
void append_head(std::string& out, const Response& response, const Framing& framing);

/// A moment as a Date header has it: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::int64_t epoch_seconds);

}  // namespace hub::http
