#include "hub/app/data_folder.hpp"
#include "hub/app/transport.hpp"
#include "hub/http/router.hpp"
#include "hub/http/routes.hpp"
#include "hub/store/lock.hpp"
#include "hub/store/store.hpp"
#include "hub/sync/hub.hpp"

namespace hub::app {

namespace {

/// All that stands behind the API, without plugins and without starting anything.
struct Backstage {
  explicit Backstage(const config::Config& given)
      : config(given),
        lock(lock_data(config.hub.data)),
        store({store_location(config.hub), config.hub.durable}, clock),
        hub(config, store, {}, clock, rng) {
    http::add_routes(router, hub);
  }

  const config::Config config;
  base::SystemClock clock;
  base::SeededRng rng;
  store::DataLock lock;
  store::Store store;
  sync::Hub hub;
  http::Router router;
};

}  // namespace

Transport in_process(const config::Config& config) {
  // Shared with nobody: std::function wants to be copyable.
  const auto backstage = std::make_shared<Backstage>(config);
  return [backstage](const ApiCall& call) -> ApiAnswer {
    http::Request request = http::make_request(call.method, call.target, call.body).value();
    if (!call.body.empty()) request.headers.emplace_back("content-type", "application/json");
    if (!call.if_match.empty()) request.headers.emplace_back("if-match", "\"" + call.if_match + "\"");
    http::Response response = backstage->router.handle(std::move(request));
    return {response.status, std::move(response.body)};
  };
}

}  // namespace hub::app
