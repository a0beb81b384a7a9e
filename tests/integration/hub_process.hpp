#pragma once

#include "tests/support/http_client.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests::integration {

/// Four connectors outside the hub with the priorities of the reference scenarios.
extern const std::string kOutsideSources;
/// CRM, ERP and Portal outside the hub, and LocalDB as the SQLite file `local.db` beside the configuration.
extern const std::string kWithLocalDb;

/// The hub's binary in a folder of its own: configuration, data, and the process, which can be killed and started again
/// on the same data. The store is a file among the data, or where the environment says (support::schema_for_store).
/// One thread, but for what says otherwise.
class HubProcess {
 public:
  /// Writes the configuration; nothing runs yet.
  explicit HubProcess(const std::string& yaml = kOutsideSources);

  /// `syncline run … --set path=value` from the next start on.
  void set(std::string_view path, std::string_view value);
  /// Keeps the data elsewhere than in the folder of the configuration.
  void use_data(const std::filesystem::path& folder) { data_ = folder; }
  /// Has its data and its store where `other` has them.
  void use_data_of(const HubProcess& other) {
    data_ = other.data_;
    schema_ = other.schema_;
  }

  /// Starts the hub and waits until it listens.
  void start(const support::Environment& environment = {});
  /// Starts it and does not wait.
  void launch(const support::Environment& environment = {});
  /// Waits for the port of a launched hub; nullopt when it ended before.
  std::optional<std::uint16_t> listening();
  /// kill -9. Any thread.
  void kill();
  /// SIGTERM; the exit code.
  int stop();
  void restart() {
    kill();
    start();
  }

  [[nodiscard]] bool running() const { return process_ && process_->running(); }
  [[nodiscard]] bool started() const { return process_ != nullptr; }
  /// kill() or stop() was called since the start. Any thread.
  [[nodiscard]] bool told_to_end() const { return told_; }
  /// True when it ended though nobody told it to.
  [[nodiscard]] bool ended_by_itself() const { return process_ && !told_ && !process_->running(); }
  [[nodiscard]] support::Process& process() { return *process_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// One request; the connection is kept for the next one.
  support::HttpResponse request(std::string_view method, std::string_view target, std::string_view body = {},
                                const support::Headers& headers = {});
  support::HttpResponse get(std::string_view target) { return request("GET", target); }
  support::HttpResponse post(std::string_view target, std::string_view body) { return request("POST", target, body); }
  /// POST /api/sync.
  support::HttpResponse sync(const nlohmann::json& change) { return post("/api/sync", change.dump()); }
  /// POST /api/sync/batch with one line for each change; the answer lines.
  std::vector<nlohmann::json> batch(const std::vector<nlohmann::json>& changes);
  /// GET of a record.
  nlohmann::json record(std::string_view entity, std::string_view external_id);

  /// What a connector of `source` fetches under a lease.
  nlohmann::json lease(std::string_view source, int lease_s = 60);
  /// Acknowledges one delivery; what the hub made of it ("applied", "dead", …).
  std::string acknowledge(std::string_view source, const nlohmann::json& delivery,
                          const nlohmann::json& receipt = {{"status", "applied"}});
  /// Fetches and acknowledges until nothing is handed out.
  void drain(std::string_view source);

  /// Runs `syncline <words> --config …`; beside a running hub or without.
  [[nodiscard]] support::Finished syncline(std::vector<std::string> words) const;
  /// What `syncline audit` has to say against the store; empty when it passes. Any thread.
  [[nodiscard]] std::string audit() const;

  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path data() const { return data_; }
  /// Of a store that is a file.
  [[nodiscard]] std::filesystem::path store() const { return data_ / "hub.db"; }
  [[nodiscard]] std::filesystem::path local_db() const { return folder_ / "local.db"; }
  [[nodiscard]] bool is_on_postgresql() const { return schema_ != nullptr; }
  [[nodiscard]] bool has_store() const;
  /// Rows of the store, read only, beside a running hub or without.
  [[nodiscard]] nlohmann::json rows(std::string_view sql) const;
  /// The first column of the first row of the store as text.
  [[nodiscard]] std::string value(std::string_view sql) const;
  /// Runs SQL on the store, as an administrator does.
  void execute(std::string_view sql) const;

 private:
  /// `syncline <words>` on this configuration and these data.
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> words) const;

  support::TempDir folder_;
  std::filesystem::path data_;
  std::shared_ptr<support::PostgresSchema> schema_ = support::schema_for_store();  // also of who uses its data
  std::vector<std::string> overrides_;
  std::unique_ptr<support::Process> process_;
  std::optional<support::HttpClient> client_;
  std::uint16_t port_ = 0;
  std::atomic<bool> told_ = false;  // to end
};

/// A test of a running hub. However the test went, the hub then stops within its grace, with exit code 0, and the books
/// balance; what it wrote to standard error is shown when something failed.
class HubTest : public ::testing::Test {
 protected:
  explicit HubTest(const std::string& yaml = kOutsideSources) : hub(yaml) {}
  void TearDown() override;

  HubProcess hub;
};

}  // namespace tests::integration
