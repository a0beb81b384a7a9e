#pragma once

#include "hub/config/config.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace hub::app {

/// One call of the HTTP API.
struct ApiCall {
  std::string method = "GET";
  std::string target;    // path and query, escaped
  std::string body;      // JSON; empty: none
  std::string if_match;  // an etag without quotes; empty: none
};

/// Its answer, whatever the status.
struct ApiAnswer {
  int status = 0;
  std::string body;
};

/// Carries a call to a hub and waits for the answer. Throws CommandError(kAway) when there is none. One thread.
using Transport = std::function<ApiAnswer(const ApiCall&)>;

/// To the hub that listens at `url` ("http://127.0.0.1:8080"). `patience` is for connecting and sending, and again for
/// the answer.
[[nodiscard]] Transport over_http(std::string url, std::chrono::milliseconds patience);

/// To the API in this process: holds the data folder's lock and its store as long as the transport lives. No plugin is
/// loaded and nothing is pushed or pulled. Throws store::StoreError.
[[nodiscard]] Transport in_process(const config::Config& config);

}  // namespace hub::app
