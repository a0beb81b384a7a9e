#include "hub/app/commands.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/log_sink.hpp"
#include "hub/app/source_clients.hpp"
#include "hub/app/stop_signals.hpp"
#include "hub/app/version.hpp"
#include "hub/base/log.hpp"
#include "hub/http/router.hpp"
#include "hub/http/routes.hpp"
#include "hub/http/server.hpp"
#include "hub/store/lock.hpp"
#include "hub/store/store.hpp"
#include "hub/sync/hub.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHealthEvery{500};
constexpr milliseconds kLockPatience{2'000};  // the hub that this one replaces may be about to end

std::string url_of(std::string host, std::uint16_t port) {
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(port);
}

/// Where a process on this machine reaches a hub that listens on `host`.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

http::ServerOptions server_options(const config::Config& config) {
  http::ServerOptions options;
  options.host = config.hub.listen_host;
  options.port = config.hub.listen_port;
  options.api = config.api;
  return options;
}

/// Waits for the reason to stop: a signal, or a store that cannot be used any more.
ExitCode wait_for_end(const StopSignals& signals, const store::Store& store) {
  while (store.healthy())
    if (signals.wait(kHealthEvery)) {
      signals.let_through();
      base::log(base::LogLevel::kInfo, "hub", "stopping: what runs is finished first; a second signal ends at once");
      return ExitCode::kOk;
    }
  signals.let_through();
  base::log(base::LogLevel::kError, "hub",
            "a write of the store failed: stopping, to be started again on a fresh handle");
  return ExitCode::kAway;
}

ExitCode run(Cli& cli) {
  const StopSignals signals;
  log_to_stderr(cli.args.log_level);
  const config::Config config = load_config(cli.args);
  for (const std::string& warning : config.warnings) base::log(base::LogLevel::kWarning, "config", warning);
  sync::Clients clients = make_clients(config);

  make_data_folder(config.hub.data);
  store::DataLock lock = lock_data(config.hub.data, kLockPatience);
  const base::SystemClock clock;
  base::SeededRng rng;
  store::Store store({store_location(config.hub), config.hub.durable}, clock);
  sync::Hub hub(config, store, std::move(clients), clock, rng);
  http::LineLimits lines;
  lines.line_bytes = config.api.line_bytes;
  http::Router router(lines);
  http::add_routes(router, hub);
  http::Server server(router, server_options(config), clock, rng);

  server.start();  // first: an address that is taken must not be found out after the sources were written to
  hub.set_url(url_of(reachable(config.hub.listen_host), server.port()));
  hub.start();
  lock.publish(url_of(reachable(config.hub.listen_host), server.port()));
  const std::string url = url_of(config.hub.listen_host, server.port());
  base::log(
      base::LogLevel::kInfo, "hub",
      "syncline " + version() + " serves " + config.hub.name + " at " + url + " from " + store.location().shown());
  cli.out << "listening on " << url << std::endl;

  if (config.hub.shadow) base::log(base::LogLevel::kWarning, "hub", "a shadow run: nothing is written to any source");

  const ExitCode code = wait_for_end(signals, store);
  server.stop();
  hub.stop();
  base::log(base::LogLevel::kInfo, "hub", "stopped");
  return code;
}

}  // namespace

void add_run(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(
      cli, root, "run", "Starts the hub and serves until SIGTERM or Ctrl-C; prints where it listens",
      {"syncline run --config config/hub.yaml", "syncline run --config config/hub.yaml --set hub.listen=127.0.0.1:0"},
      run);
  put_under(command, kServe);
  command
      .add_option("--log-level", cli.args.log_level,
                  "The least level that is logged to standard error: debug, info, "
                  "warning or error; default info")
      ->option_text("LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  add_config_options(cli, command);
}

}  // namespace hub::app
