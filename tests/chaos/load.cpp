#include "tests/chaos/load.hpp"

#include "tests/integration/local_file.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace tests::chaos {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int kClients = 60;
constexpr std::size_t kBatch = 20;
constexpr milliseconds kRefused{20};         // until it is tried again
constexpr std::size_t kProblemsKept = 2000;  // characters

int number(std::mt19937& random, int most) { return std::uniform_int_distribution<int>(0, most)(random); }

}  // namespace

Load::Load(const std::vector<std::filesystem::path>& local_files, std::uint32_t seed) {
  for (const char* source : {"CRM", "ERP", "Portal"}) {
    Connector& connector = connectors_.emplace_back();
    connector.source = source;
    connector.random.seed(++seed);
  }
  for (const auto& file : local_files) applications_.push_back({file, std::mt19937(++seed)});
}

Load::~Load() { stop(); }

void Load::start() {
  stopping_ = false;
  static_cast<void>(longest_silence());
  for (Connector& connector : connectors_) threads_.emplace_back([this, &connector] { connect(connector); });
  for (Application& application : applications_) threads_.emplace_back([this, &application] { edit(application); });
}

void Load::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Load::use_ports(std::vector<std::uint16_t> ports) {
  const std::lock_guard lock(mutex_);
  ports_ = std::move(ports);
}

void Load::post_the_rest() {
  for (Connector& connector : connectors_) {
    support::HttpClient client(port_for(connector));
    while (!connector.unanswered.empty() && problems().empty()) static_cast<void>(post(client, connector));
  }
}

std::set<ChangeName> Load::take_acknowledged() {
  const std::lock_guard lock(mutex_);
  return std::exchange(acknowledged_, {});
}

milliseconds Load::longest_silence() {
  const std::lock_guard lock(mutex_);
  last_answer_ = std::chrono::steady_clock::now();
  return std::exchange(silence_, milliseconds{0});
}

std::string Load::problems() const {
  const std::lock_guard lock(mutex_);
  return problems_;
}

std::uint16_t Load::port_for(const Connector& connector) const {
  const std::lock_guard lock(mutex_);
  return ports_.empty() ? 0 : ports_[connector.hub % ports_.size()];
}

void Load::connect(Connector& connector) {
  while (!stopping_) {
    const std::uint16_t port = port_for(connector);
    if (port == 0) {
      std::this_thread::sleep_for(milliseconds{1});
      continue;
    }
    support::HttpClient client(port, std::chrono::seconds{10});
    try {
      while (!stopping_ && port_for(connector) == port) {
        if (connector.unanswered.size() < kBatch) {
          const int changes = number(connector.random, 2) == 0 ? static_cast<int>(kBatch) : 1;
          for (int i = 0; i < changes; ++i) connector.unanswered.push_back(draw(connector));
        }
        if (!post(client, connector)) {
          ++connector.hub;
          std::this_thread::sleep_for(kRefused);
        } else if (number(connector.random, 3) == 0) {
          deliver(client, connector);
        }
      }
    } catch (const std::runtime_error&) {
      // The hub was killed: what it did with the last request is not known. A dead port would be asked all too often.
      ++connector.hub;
      std::this_thread::sleep_for(milliseconds{2});
    }
  }
}

json Load::draw(Connector& connector) {
  std::mt19937& random = connector.random;
  const std::string id = connector.source + "-" + std::to_string(++connector.next);
  const std::string client = "C-" + std::to_string(number(random, kClients));
  json change{{"source", connector.source}, {"changeId", id}};
  if (number(random, 3) == 0) {
    change["entity"] = "order";
    // Some orders are of clients that come later, so that changes wait and are woken.
    change["externalId"] = "O-" + std::to_string(number(random, kClients));
    change["fields"] = {{"clientId", client}, {"total", std::to_string(number(random, 999)) + ".50"}};
  } else {
    change["entity"] = "client";
    change["externalId"] = client;
    change["fields"] = {{number(random, 1) == 0 ? "fullName" : "email", id + "@x.org"}};
  }
  return change;
}

bool Load::post(support::HttpClient& client, Connector& connector) {
  std::vector<json> sent = std::exchange(connector.unanswered, {});
  std::vector<json> answers;
  try {
    if (sent.size() == 1) {
      const auto response = client.post("/api/sync", sent.front().dump());
      answers.push_back(json::parse(response.body, nullptr, false));
      if (answers.front().is_object()) answers.front()["status"] = response.status;
    } else {
      std::string lines;
      for (const json& change : sent) lines += change.dump() + "\n";
      const auto response = client.post("/api/sync/batch", lines, {{"Content-Type", "application/x-ndjson"}});
      std::istringstream stream(response.body);
      for (std::string line; std::getline(stream, line);) answers.push_back(json::parse(line, nullptr, false));
    }
  } catch (const std::runtime_error&) {
    connector.unanswered = std::move(sent);
    throw;
  }
  if (answers.size() != sent.size())
    problem(std::to_string(sent.size()) + " changes were given " + std::to_string(answers.size()) + " answers");
  for (std::size_t at = 0; at < std::min(sent.size(), answers.size()); ++at) {
    const int status = answers[at].is_object() ? answers[at].value("status", 0) : 0;
    if (refused(status))
      connector.unanswered.push_back(sent[at]);
    else
      acknowledged(sent[at], answers[at], status);
  }
  return connector.unanswered.empty();
}

void Load::deliver(support::HttpClient& client, Connector& connector) {
  const auto response = client.get("/api/outbound?lease=1&limit=50&source=" + connector.source);
  if (refused(response.status)) return;
  if (response.status != 200) return problem("outbound: " + response.body);
  json receipts = json::array();
  const json leased = response.json();
  for (const json& delivery : leased.at("deliveries")) {
    const bool applied = number(connector.random, 20) != 0;
    receipts.push_back({{"deliveryId", delivery.at("deliveryId")}, {"status", applied ? "applied" : "retry"}});
  }
  if (receipts.empty()) return;
  const auto answer =
      client.post("/api/outbound/ack", json{{"source", connector.source}, {"receipts", receipts}}.dump());
  if (answer.status != 200 && !refused(answer.status)) problem("ack: " + answer.body);
}

void Load::edit(Application& application) const {
  integration::LocalFile file(application.file);
  std::mt19937& random = application.random;
  while (!stopping_) {
    const std::string number_of = std::to_string(number(random, kClients));
    file.transaction([&] {
      const std::string stamp = std::to_string(random());
      file.query(
          "insert into clients (account_no, full_name) values (?, ?) "
          "on conflict (account_no) do update set full_name = excluded.full_name",
          {"C-" + number_of, "local " + stamp});
      if (number(random, 4) == 0)
        file.query(
            "insert into orders (order_no, client_id, total) select 'L-' || account_no, id, 7.25 from clients "
            "where account_no = ? on conflict (order_no) do update set total = total + 1",
            {"C-" + number_of});
    });
    std::this_thread::sleep_for(milliseconds{5} * applications_.size());
  }
}

/// Not acknowledged, and to be sent again: the hub is overloaded, or its store away.
bool Load::refused(int status) const { return status == 429 || (status == 503 && outages_); }

void Load::acknowledged(const json& change, const json& answer, int status) {
  if ((status != 200 && status != 409) || !answer.is_object() || answer.value("changeId", "") != change.at("changeId"))
    return problem(change.dump() + " was answered with " + std::to_string(status) + ": " + answer.dump());
  ++answered_;
  if (answer.value("duplicate", false)) ++repeated_;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  silence_ = std::max(silence_, std::chrono::duration_cast<milliseconds>(now - std::exchange(last_answer_, now)));
  acknowledged_.emplace(change.at("source"), change.at("changeId"));
}

void Load::problem(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (problems_.size() < kProblemsKept) problems_ += text + "\n";
}

}  // namespace tests::chaos
