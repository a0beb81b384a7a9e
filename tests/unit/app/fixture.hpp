#pragma once

#include "hub/app/command_line.hpp"
#include "hub/app/transport.hpp"
#include "hub/config/load.hpp"
#include "hub/store/store.hpp"
#include "hub/sync/hub.hpp"
#include "tests/support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace tests::app {

/// A configuration with two sources over HTTP and a data folder of its own, and the command line on it.
class Installation {
 public:
  static constexpr const char* kConfig = R"(
hub: {name: test, listen: "127.0.0.1:0", data: ./data, plugins: ./plugins}
api: {default_entity: client}
entities:
  client: {fields: {fullName: {type: string}, email: {type: string}, active: {type: boolean}}}
  order: {fields: {clientId: {references: client, required: true}, total: {type: decimal, scale: 2}}}
sources:
  CRM: {priority: 1, entities: {client: {}, order: {}}}
  ERP: {priority: 2, entities: {client: {}, order: {}}}
)";

  struct Said {
    int code = 0;
    std::string out;
    std::string err;
  };

  explicit Installation(const char* config = kConfig) : file_(folder_.write("hub.yaml", config)) {}

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::string config_file() const { return file_.string(); }
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "data"; }
  [[nodiscard]] hub::config::Config config() const { return std::get<0>(hub::config::load(file_)); }

  /// Runs `syncline <words> --config …`.
  [[nodiscard]] Said syncline(std::vector<std::string> words) const {
    words.insert(words.end(), {"--config", config_file()});
    std::ostringstream out, err;
    const int code = hub::app::run_command_line(std::move(words), out, err);
    return {code, out.str(), err.str()};
  }

  /// Makes the store and applies changes, each the body of a POST /api/sync.
  void apply(const std::vector<std::string>& bodies) const {
    with_hub([&](hub::sync::Hub& pipeline) {
      std::vector<hub::sync::Submission> changes;
      for (const std::string& body : bodies) {
        auto read = pipeline.read_change(body);
        if (const auto* refusal = std::get_if<hub::sync::Refusal>(&read))
          throw std::runtime_error(body + ": " + refusal->detail);
        changes.push_back(std::get<hub::sync::Submission>(std::move(read)));
      }
      if (!pipeline.submit(std::move(changes), [](auto&&) {})) throw std::runtime_error("the queue is full");
    });
  }

  /// Lets a source reject every delivery that is queued for it: each becomes a dead letter.
  void reject(const std::string& source) const {
    with_hub([&](hub::sync::Hub& pipeline) {
      const auto leased = std::get<hub::sync::View>(pipeline.lease_outbound(source, 100, 60));
      nlohmann::json receipts = {{"source", source}, {"receipts", nlohmann::json::array()}};
      const auto answer = nlohmann::json::parse(leased.body);
      for (const auto& delivery : answer["deliveries"])
        receipts["receipts"].push_back(
            {{"deliveryId", delivery["deliveryId"]}, {"status", "rejected"}, {"message", "it has no such customer"}});
      static_cast<void>(pipeline.acknowledge(receipts.dump()));
    });
  }

 private:
  void with_hub(const std::function<void(hub::sync::Hub&)>& work) const {
    std::filesystem::create_directory(data());
    const auto loaded = config();
    const hub::base::SystemClock clock;
    hub::base::SeededRng rng(1);
    hub::store::Store store({data() / "hub.db", true}, clock);
    hub::sync::Hub pipeline(loaded, store, {}, clock, rng);
    pipeline.start();
    work(pipeline);
    pipeline.stop();  // commits what is queued
  }

  support::TempDir folder_;
  std::filesystem::path file_;
};

}  // namespace tests::app
