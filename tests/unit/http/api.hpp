#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"
#include "hub/config/load.hpp"
#include "hub/http/routes.hpp"
#include "hub/store/store.hpp"
#include "hub/sync/hub.hpp"
#include "tests/support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hub::http {

/// The whole API over a real store in a folder of its own, with three sources outside the hub.
class Api {
 public:
  struct Settings {
    std::size_t queue_changes = 20'000;
    bool started = true;
  };

  Api() : Api(Settings{}) {}
  explicit Api(Settings settings)
      : config_(load(folder_, settings)),
        store_({folder_ / "hub.db", true}, clock_),
        hub(config_, store_, {}, clock_, rng_) {
    add_routes(router, hub);
    if (settings.started) hub.start();
  }
  ~Api() { hub.stop(); }

  /// Serves a request in the process.
  Response call(std::string_view method, std::string_view target, std::string body = {},
                std::vector<Named> headers = {}) {
    auto request = make_request(method, target, std::move(body)).value();
    for (auto& header : headers) {
      std::erase_if(request.headers, [&](const Named& known) { return known.first == header.first; });
      request.headers.push_back(std::move(header));
    }
    return router.handle(std::move(request));
  }
  Response get(std::string_view target) { return call("GET", target); }
  Response post(std::string_view target, std::string body = {}) { return call("POST", target, std::move(body)); }

 private:
  static config::Config load(const tests::support::TempDir& folder, const Settings& settings) {
    const auto file = folder.write("hub.yaml", R"(
hub: {name: test, data: ./data, plugins: ./plugins}
api: {default_entity: client}
entities:
  client: {fields: {fullName: {type: string}, email: {type: string}}}
  order: {fields: {clientId: {references: client, required: true}, total: {type: decimal, scale: 2}}}
sources:
  CRM: {priority: 1, entities: {client: {}, order: {}}}
  ERP: {priority: 2, entities: {client: {}, order: {}}}
  Portal: {priority: 3, entities: {client: {}, order: {}}}
)");
    auto loaded = config::load(file);
    if (const auto* problems = std::get_if<1>(&loaded)) throw std::runtime_error(to_string(problems->front()));
    auto config = std::get<0>(std::move(loaded));
    config.api.queue_changes = settings.queue_changes;
    return config;
  }

  const tests::support::TempDir folder_;
  const config::Config config_;
  const base::SystemClock clock_;
  base::SeededRng rng_{1};
  store::Store store_;

 public:
  sync::Hub hub;
  Router router;
};

inline nlohmann::json json_of(const Response& response) { return nlohmann::json::parse(response.body); }

inline std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

}  // namespace hub::http
