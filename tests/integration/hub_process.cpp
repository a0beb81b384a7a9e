#include "tests/integration/hub_process.hpp"

#include "tests/support/hub_binary.hpp"
#include "tests/support/sqlite.hpp"

#include <csignal>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace tests::integration {

namespace {

using nlohmann::json;

const std::string kEntities = R"(
hub: {name: test, listen: "127.0.0.1:0"}
api: {default_entity: client}
entities:
  client:
    fields:
      fullName: {type: string, max_length: 200, normalise: [trim]}
      email: {type: string, normalise: [email]}
      phone: {type: string, on_blank: ignore}
  order:
    fields:
      clientId: {references: client, required: true}
      total: {type: decimal, scale: 2}
      placedAt: {type: datetime}
    waiting: {retry_every: 30s, max_attempts: 5, max_age: 7d}
sources:
  CRM: {priority: 1, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
  ERP: {priority: 2, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
  Portal: {priority: 3, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
)";

/// A path that the sqlite3 shell opens without writing: the hub is to be the only one that checkpoints.
std::filesystem::path read_only(const std::filesystem::path& file) { return "file:" + file.string() + "?mode=ro"; }

}  // namespace

const std::string kOutsideSources = kEntities + R"(
  LocalDB: {priority: 4, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
)";

const std::string kWithLocalDb = kEntities + R"(
  LocalDB:
    priority: 4
    max_writes_per_minute: 1000000
    plugin: localdb
    pull: {every: 50ms, limit: 500, max_deletes: {count: 1000000, percent: 100}}
    push: {batch: 100, max_attempts: 5, backoff: {first: 50ms, max: 1s}}
    settings: {path: ./local.db, setup: auto}
    entities:
      client:
        remote: clients
        key: account_no
        fields: {fullName: full_name, email: email, phone: phone}
      order:
        remote: orders
        key: order_no
        fields: {clientId: client_id, total: total, placedAt: placed_at}
)";

HubProcess::HubProcess(const std::string& yaml) : data_(folder_ / "data") { folder_.write("hub.yaml", yaml); }

void HubProcess::set(std::string_view path, std::string_view value) {
  overrides_.insert(overrides_.end(), {"--set", std::string(path) + "=" + std::string(value)});
}

void HubProcess::start(const support::Environment& environment) {
  launch(environment);
  if (!listening()) throw std::runtime_error("the hub did not start: " + process_->err());
}

void HubProcess::launch(const support::Environment& environment) {
  std::vector<std::string> line = command({"run"});
  line.insert(line.end(), overrides_.begin(), overrides_.end());
  client_.reset();
  told_ = false;
  process_ = std::make_unique<support::Process>(std::move(line), environment);
}

std::optional<std::uint16_t> HubProcess::listening() {
  if (!process_->wait_for_output("listening on ")) return std::nullopt;
  port_ = process_->wait_for_port();
  client_.emplace(port_);
  return port_;
}

void HubProcess::kill() {
  told_ = true;
  process_->kill();
}

int HubProcess::stop() {
  told_ = true;
  process_->signal(SIGTERM);
  const auto code = process_->wait();
  if (!code) throw std::runtime_error("the hub did not stop: " + process_->err());
  return *code;
}

support::HttpResponse HubProcess::request(std::string_view method, std::string_view target, std::string_view body,
                                          const support::Headers& headers) {
  return client_.value().request(method, target, body, headers);
}

std::vector<json> HubProcess::batch(const std::vector<json>& changes) {
  std::string lines;
  for (const json& change : changes) lines += change.dump() + "\n";
  const auto response = request("POST", "/api/sync/batch", lines, {{"Content-Type", "application/x-ndjson"}});
  if (response.status != 200) throw std::runtime_error("batch: " + std::to_string(response.status) + response.body);
  std::vector<json> answers;
  std::istringstream stream(response.body);
  for (std::string line; std::getline(stream, line);) answers.push_back(json::parse(line));
  return answers;
}

json HubProcess::record(std::string_view entity, std::string_view external_id) {
  const auto response = get("/api/records/" + std::string(entity) + "/" + std::string(external_id));
  if (response.status != 200) throw std::runtime_error("record: " + std::to_string(response.status) + response.body);
  return response.json();
}

json HubProcess::lease(std::string_view source, int lease_s) {
  const auto response =
      get("/api/outbound?source=" + std::string(source) + "&limit=1000&lease=" + std::to_string(lease_s));
  if (response.status != 200) throw std::runtime_error("lease: " + std::to_string(response.status) + response.body);
  return response.json().at("deliveries");
}

std::string HubProcess::acknowledge(std::string_view source, const json& delivery, const json& receipt) {
  json full = receipt;
  full["deliveryId"] = delivery.at("deliveryId");
  const auto response = post("/api/outbound/ack", json{{"source", source}, {"receipts", json::array({full})}}.dump());
  if (response.status != 200) throw std::runtime_error("ack: " + std::to_string(response.status) + response.body);
  return response.json().at("receipts").at(0).at("outcome");
}

void HubProcess::drain(std::string_view source) {
  for (json deliveries = lease(source); !deliveries.empty(); deliveries = lease(source))
    for (const json& delivery : deliveries) acknowledge(source, delivery);
}

std::vector<std::string> HubProcess::command(std::vector<std::string> words) const {
  words.insert(words.begin(), support::syncline_binary());
  words.insert(words.end(), {"--config", folder_ / "hub.yaml", "--set", "hub.data=" + data_.string(), "--set",
                             "hub.plugins=" + support::plugin_folder().string()});
  if (schema_) words.insert(words.end(), {"--set", "hub.store=" + schema_->url()});
  return words;
}

support::Finished HubProcess::syncline(std::vector<std::string> words) const {
  return support::run(command(std::move(words)));
}

std::string HubProcess::audit() const {
  const auto finished = syncline({"audit"});
  return finished.exit_code == 0 ? std::string() : finished.out + finished.err;
}

bool HubProcess::has_store() const {
  if (!schema_) return std::filesystem::exists(store());
  return !support::psql_rows(schema_->url(), "select 1 from pg_tables where schemaname = current_schema()").empty();
}

json HubProcess::rows(std::string_view sql) const {
  return schema_ ? support::psql_rows(schema_->url(), sql) : support::sqlite_rows(read_only(store()), sql);
}

std::string HubProcess::value(std::string_view sql) const {
  return schema_ ? support::psql_value(schema_->url(), sql) : support::sqlite_value(read_only(store()), sql);
}

void HubProcess::execute(std::string_view sql) const {
  schema_ ? support::psql(schema_->url(), sql) : support::sqlite(store(), sql);
}

void HubTest::TearDown() {
  EXPECT_FALSE(hub.ended_by_itself());
  if (!IsSkipped() && hub.has_store()) {
    if (hub.running()) {
      EXPECT_EQ(hub.stop(), 0);
    }
    EXPECT_EQ(hub.audit(), "");
  }
  if (HasFailure() && hub.started()) std::cerr << "the hub said:\n" << hub.process().err();
}

}  // namespace tests::integration
