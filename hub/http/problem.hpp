#pragma once

#include "hub/http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::http {

/// Problem details (RFC 9457), built in one expression:
/// `Problem(400, "the change has errors").error("/version", "must be a positive integer").response()`.
/// Texts are valid UTF-8 and quote nothing secret; an empty detail is left out.
class Problem {
 public:
  /// A problem with the status's own phrase as its title and the type "about:blank".
  explicit Problem(int status, std::string detail = {});

  Problem& type(std::string uri);
  Problem& title(std::string text);
  /// One entry of `errors`: where in the body (a JSON pointer) and what is wrong there.
  Problem& error(std::string pointer, std::string detail);
  /// An extension member beside the standard ones.
  Problem& member(std::string name, std::string_view text);
  Problem& member(std::string name, std::int64_t number);
  /// One whose value is JSON text already.
  Problem& raw_member(std::string name, std::string json);
  /// A header of the response, such as Retry-After or Allow.
  Problem& header(std::string name, std::string value);

  /// The problem as one line of compact JSON: what a streamed batch answers for one line.
  [[nodiscard]] std::string json() const;
  /// The problem as an answer, application/problem+json.
  [[nodiscard]] Response response() const;

 private:
  int status_;
  std::string type_ = "about:blank";
  std::string title_;
  std::string detail_;
  std::vector<std::pair<std::string, std::string>> errors_;
  std::vector<std::pair<std::string, std::string>> members_;  // values are JSON text
  std::vector<Named> headers_;
};

/// What a client gets when the hub itself failed: no inner detail, just the id to ask for.
[[nodiscard]] Response internal_error(const std::string& request_id);

/// 503: the hub is busy or stopping; come back in `retry_after_seconds`.
[[nodiscard]] Response unavailable(std::string detail, int retry_after_seconds);

}  // namespace hub::http
