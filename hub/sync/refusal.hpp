#pragma once

#include "hub/model/change.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hub::sync {

/// Why a request was not done: an RFC 9457 problem in the making. Nothing was stored or changed.
struct Refusal {
  struct Place {
    std::string pointer;  // a JSON pointer into the body: "/version"
    std::string detail;   // "must be a positive integer"
  };

  int status = 400;
  std::string detail;
  std::vector<Place> errors;
  std::vector<std::pair<std::string, std::string>> members;  // further members: name and JSON text
  int retry_after_s = 0;                                     // 0: no Retry-After
};

/// Thrown inside a transaction to take back what it has written: the refusal is the answer.
struct Undone {
  Refusal refusal;
};

/// What a request asked for, as JSON text.
struct View {
  int status = 200;
  std::string body;
  std::string etag;                               // without quotes, empty: none
  int retry_after_s = 0;                          // 0: no Retry-After
  std::optional<model::RecordKey> moved_to = {};  // with status 301: the record that has taken its place
};

/// A view, or why there is none.
using Outcome = std::variant<View, Refusal>;

}  // namespace hub::sync
