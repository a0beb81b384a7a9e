#pragma once

#include "hub/app/cli.hpp"
#include "hub/app/transport.hpp"
#include "hub/model/json.hpp"

#include <string>
#include <string_view>

namespace hub::app {

/// Speaks the HTTP API for the commands: with the hub that runs, or in this process. One thread.
class ApiClient {
 public:
  /// What a call gave: the JSON as it came, and read.
  struct Answer {
    std::string text;
    model::Json json;
  };

  ApiClient(Transport transport, bool hub_runs) : transport_(std::move(transport)), hub_runs_(hub_runs) {}

  /// Over HTTP to the hub that holds the configuration's data folder; in this process when none does. Throws
  /// CommandError(kAway) when there is no store yet, or when its holder does not listen.
  [[nodiscard]] static ApiClient connect(const config::Config& config);

  /// The answer of a call that succeeded. Throws CommandError with the problem's detail and errors: kUsage for a 400,
  /// kNo for what else was refused, kAway when the hub or the store cannot do it now.
  [[nodiscard]] Answer call(const ApiCall& call) const;
  [[nodiscard]] Answer get(std::string target) const { return call({"GET", std::move(target), {}, {}}); }

  /// False: nothing pushes or pulls.
  [[nodiscard]] bool hub_runs() const { return hub_runs_; }

 private:
  Transport transport_;
  bool hub_runs_;
};

/// A path of escaped segments: path({"api", "records", "client", "a/b"}) is "/api/records/client/a%2Fb".
[[nodiscard]] std::string path(std::initializer_list<std::string_view> segments);

/// The query of a list, built up parameter by parameter; empty values are left out.
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  /// limit and cursor as the command line gives them.
  Query& page(const Arguments& args);
  /// "?a=1&b=2", or nothing.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Loads the configuration and connects.
[[nodiscard]] ApiClient connect(const Cli& cli);

/// With --json writes the answer as it is and says that all is done.
[[nodiscard]] bool wrote_json(const Cli& cli, const ApiClient::Answer& answer);

/// Writes how to get the next page of a list, if there is one. `command` is what was given, without --cursor.
void write_next(const Cli& cli, const model::Json& list, const std::string& command);

}  // namespace hub::app
